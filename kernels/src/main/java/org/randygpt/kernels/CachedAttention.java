package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.GT;
import static org.randygpt.kernels.FlashAttention.BLOCK;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;
import static org.randygpt.kernels.Matrix.ALIGNED_START;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of the newest position to a {@link KeyValueCache}, with the sums of {@link FlashAttention}: scores have
 * keys in the lanes, weighted values columns.
 */
final class CachedAttention {
    private static final FloatVector LANES = FloatVector.zero(SPECIES).addIndex(1);

    private final Share share;
    private final float[] scores = Lanes.buffer(BLOCK);
    private float[] query = {};

    CachedAttention(Share share) {
        this.share = share;
    }

    /** Workers share heads. */
    void attend(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        int size = shape.headSize();
        if (query.length < size) {
            query = new float[size];
        }
        for (int head = share.from(shape.heads()); head < share.to(shape.heads()); head++) {
            int col = head * size;
            for (int d = 0; d < size; d++) {
                query[d] = qkv.data()[qkv.offset() + col + d] * shape.scoreScale();
            }
            int keyValueCol = head / shape.group() * size;
            attend(size, position, cache, keyValueCol, out.data(), out.offset() + col);
        }
    }

    private void attend(int size, int position, Matrix cache, int col, float[] out, int outAt) {
        Arrays.fill(out, outAt, outAt + size, 0);
        float max = 0;
        float sum = 0;
        for (int block = 0; block <= position; block += BLOCK) {
            int keys = Math.min(BLOCK, position + 1 - block);
            score(cache.data(), KeyValueCache.keyAt(cache, block, col), size, keys);
            float before = block == 0 ? scores[ALIGNED_START] : max;
            max = maximum(before, keys);
            if (block > 0) {
                float scale = VectorMath.exp2(before - max);
                sum *= scale;
                scale(out, outAt, size, scale);
            }
            exponentials(max, keys);
            sum = addValues(cache, KeyValueCache.valueAt(cache, block, col), size, keys, sum, out, outAt);
        }
        scale(out, outAt, size, 1 / sum);
    }

    /** scores[k] = Σ over d of key[d][k] · query[d]; what comes after the keys is of no use. */
    private void score(float[] key, int keyAt, int size, int keys) {
        float[] q = query;
        for (int k = 0; k < keys; k += 4 * LENGTH) {
            int at = keyAt + k;
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int d = 0; d < size; d++) {
                FloatVector x = FloatVector.broadcast(SPECIES, q[d]);
                int row = at + d * BLOCK;
                s0 = x.fma(FloatVector.fromArray(SPECIES, key, row), s0);
                s1 = x.fma(FloatVector.fromArray(SPECIES, key, row + LENGTH), s1);
                s2 = x.fma(FloatVector.fromArray(SPECIES, key, row + 2 * LENGTH), s2);
                s3 = x.fma(FloatVector.fromArray(SPECIES, key, row + 3 * LENGTH), s3);
            }
            s0.intoArray(scores, ALIGNED_START + k);
            s1.intoArray(scores, ALIGNED_START + k + LENGTH);
            s2.intoArray(scores, ALIGNED_START + k + 2 * LENGTH);
            s3.intoArray(scores, ALIGNED_START + k + 3 * LENGTH);
        }
    }

    /** The largest of {@code before} and the first scores. */
    private float maximum(float before, int keys) {
        FloatVector max = FloatVector.broadcast(SPECIES, before);
        int k = 0;
        for (; k <= keys - LENGTH; k += LENGTH) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, ALIGNED_START + k);
            max = max.blend(score, score.compare(GT, max));
        }
        FloatVector score = FloatVector.fromArray(SPECIES, scores, ALIGNED_START + Math.min(k, BLOCK - LENGTH));
        max = max.blend(score, score.compare(GT, max).and(LANES.lt((float) (keys - k))));
        return Lanes.max(max);
    }

    /** Scores become 2^(score - max). */
    private void exponentials(float max, int keys) {
        float[] p = scores;
        for (int k = 0; k < keys; k += LENGTH) {
            VectorMath.exp2(FloatVector.fromArray(SPECIES, p, ALIGNED_START + k).sub(max))
                    .intoArray(p, ALIGNED_START + k);
        }
    }

    /**
     * out[d] += Σ over k of scores[k] · value[k][d]. The sum of the scores themselves, from {@code sum} on, is a chain
     * as long as each of these, and costs nothing beside them; it is returned.
     */
    private float addValues(Matrix cache, int valueAt, int size, int keys, float sum, float[] out, int outAt) {
        float[] value = cache.data();
        int stride = cache.cols();
        float total = sum;
        int d = 0;
        for (; d <= size - 4 * LENGTH; d += 4 * LENGTH) {
            total = addFourVectors(value, valueAt + d, stride, keys, sum, out, outAt + d);
        }
        for (; d <= size - LENGTH; d += LENGTH) {
            total = addVector(value, valueAt + d, stride, keys, sum, out, outAt + d);
        }
        for (; d < size; d++) {
            total = sum;
            float weighted = out[outAt + d];
            for (int k = 0; k < keys; k++) {
                float p = scores[ALIGNED_START + k];
                total += p;
                weighted = Math.fma(p, value[valueAt + d + k * stride], weighted);
            }
            out[outAt + d] = weighted;
        }
        return total;
    }

    private float addFourVectors(float[] value, int valueAt, int stride, int keys, float sum, float[] out, int outAt) {
        float[] weights = scores;
        float total = sum;
        FloatVector s0 = FloatVector.fromArray(SPECIES, out, outAt);
        FloatVector s1 = FloatVector.fromArray(SPECIES, out, outAt + LENGTH);
        FloatVector s2 = FloatVector.fromArray(SPECIES, out, outAt + 2 * LENGTH);
        FloatVector s3 = FloatVector.fromArray(SPECIES, out, outAt + 3 * LENGTH);
        for (int k = 0; k < keys; k++) {
            float p = weights[ALIGNED_START + k];
            total += p;
            FloatVector weight = FloatVector.broadcast(SPECIES, p);
            int row = valueAt + k * stride;
            s0 = weight.fma(FloatVector.fromArray(SPECIES, value, row), s0);
            s1 = weight.fma(FloatVector.fromArray(SPECIES, value, row + LENGTH), s1);
            s2 = weight.fma(FloatVector.fromArray(SPECIES, value, row + 2 * LENGTH), s2);
            s3 = weight.fma(FloatVector.fromArray(SPECIES, value, row + 3 * LENGTH), s3);
        }
        s0.intoArray(out, outAt);
        s1.intoArray(out, outAt + LENGTH);
        s2.intoArray(out, outAt + 2 * LENGTH);
        s3.intoArray(out, outAt + 3 * LENGTH);
        return total;
    }

    private float addVector(float[] value, int valueAt, int stride, int keys, float sum, float[] out, int outAt) {
        float[] weights = scores;
        float total = sum;
        FloatVector weighted = FloatVector.fromArray(SPECIES, out, outAt);
        for (int k = 0; k < keys; k++) {
            float p = weights[ALIGNED_START + k];
            total += p;
            weighted = FloatVector.broadcast(SPECIES, p)
                    .fma(FloatVector.fromArray(SPECIES, value, valueAt + k * stride), weighted);
        }
        weighted.intoArray(out, outAt);
        return total;
    }

    private static void scale(float[] x, int at, int n, float scale) {
        for (int i = 0; i < n; i++) {
            x[at + i] *= scale;
        }
    }
}
