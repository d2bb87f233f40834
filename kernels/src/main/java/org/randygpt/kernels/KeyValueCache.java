package org.randygpt.kernels;

/**
 * How the keys and values of the positions so far lie in a block of (2·P, G·D), P the context rounded up to whole
 * {@link FlashAttention#BLOCK}s of keys. The first half holds the keys, (P / BLOCK, G·D, BLOCK): a column of a block's
 * keys lies together, so that a vector of keys can meet an element of the query. The second half holds the values, (P,
 * G·D).
 */
public final class KeyValueCache {
    private KeyValueCache() {}

    /** Rows of the block for so many positions. */
    public static int rows(int context) {
        return 2 * Math.ceilDiv(context, FlashAttention.BLOCK) * FlashAttention.BLOCK;
    }

    /** Where a column of a position's key lies. */
    static int keyAt(Matrix cache, int position, int col) {
        int first = position / FlashAttention.BLOCK * FlashAttention.BLOCK;
        return cache.rowAt(first) + col * FlashAttention.BLOCK + position - first;
    }

    /** Where a column of a position's value lies; the columns after it follow. */
    static int valueAt(Matrix cache, int position, int col) {
        return cache.rowAt(cache.rows() / 2 + position) + col;
    }

    /** See {@link Kernels#extendCache}. */
    static void extend(Share share, AttentionShape shape, Matrix qkv, int position, Matrix cache) {
        assert shape.batch() == 1 && qkv.rows() == shape.time() && qkv.cols() == shape.qkvWidth();
        assert cache.cols() == shape.keyValueWidth() && position + shape.time() <= cache.rows() / 2;
        int from = share.from(shape.keyValueHeads()) * shape.headSize();
        int end = share.to(shape.keyValueHeads()) * shape.headSize();
        float[] data = qkv.data();
        for (int row = 0; row < shape.time(); row++) {
            int key = qkv.rowAt(row) + shape.width();
            int to = keyAt(cache, position + row, 0);
            for (int col = from; col < end; col++) {
                cache.data()[to + col * FlashAttention.BLOCK] = data[key + col];
            }
            int value = key + shape.keyValueWidth() + from;
            System.arraycopy(data, value, cache.data(), valueAt(cache, position + row, from), end - from);
        }
    }
}
