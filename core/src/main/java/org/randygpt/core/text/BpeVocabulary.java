package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of byte-level byte-pair encoding and the order in which they are put together.
 *
 * @param tokens bytes of each token by its id; empty for an id that is a special token's or nobody's
 * @param merges pairs of tokens that become one, each with the rank by which the lowest goes first
 * @param lookup whether merges are all that counts
 */
public record BpeVocabulary(List<byte[]> tokens, List<Merge> merges, Lookup lookup) {
    /** How many tokens of a single byte there are. */
    public static final int BYTES = 256;

    /**
     * Two tokens side by side that become one.
     *
     * @param left id of the first
     * @param right id of the second
     * @param rank of two pairs in a piece, the one with the lower rank becomes one first; among equals, the first
     */
    public record Merge(int left, int right, int rank) {}

    /** What a piece that is itself a token becomes. */
    public enum Lookup {
        /** What merges make of it, as always in GPT-2's and Hugging Face's software. */
        MERGES_ONLY,
        /** That token, as in tiktoken, and in Hugging Face's software with {@code ignore_merges}. */
        WHOLE_PIECES
    }

    /**
     * Throws {@link IllegalArgumentException} when a byte has no token, two tokens have the same bytes, or a merge
     * names or makes what is no token.
     */
    public BpeVocabulary {
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
        Map<ByteBuffer, Integer> ids = ids(tokens);
        for (int value = 0; value < BYTES; value++) {
            if (!ids.containsKey(ByteBuffer.wrap(new byte[] {(byte) value}))) {
                throw new IllegalArgumentException(
                        "the byte 0x%02X is no token; all %d bytes must be".formatted(value, BYTES));
            }
        }
        for (Merge merge : merges) {
            if (!ids.containsKey(ByteBuffer.wrap(joined(tokens, merge)))) {
                throw new IllegalArgumentException(
                        "what the tokens %d and %d become together is no token".formatted(merge.left(), merge.right()));
            }
        }
    }

    /**
     * The vocabulary of tiktoken's files of ranks: a token's id is its rank, and any two tokens whose bytes together
     * are a token become it.
     *
     * @param tokens by rank; empty for a rank that no token has
     */
    public static BpeVocabulary ofRanks(List<byte[]> tokens) {
        Map<ByteBuffer, Integer> ids = ids(tokens);
        List<Merge> merges = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            byte[] token = tokens.get(id);
            for (int cut = 1; cut < token.length; cut++) {
                Integer left = ids.get(ByteBuffer.wrap(token, 0, cut));
                Integer right = ids.get(ByteBuffer.wrap(token, cut, token.length - cut));
                if (left != null && right != null) {
                    merges.add(new Merge(left, right, id));
                }
            }
        }
        return new BpeVocabulary(tokens, merges, Lookup.WHOLE_PIECES);
    }

    /** The id of each token by its bytes. */
    Map<ByteBuffer, Integer> ids() {
        return ids(tokens);
    }

    /** The bytes that two tokens are together. */
    byte[] joined(Merge merge) {
        return joined(tokens, merge);
    }

    private static Map<ByteBuffer, Integer> ids(List<byte[]> tokens) {
        Map<ByteBuffer, Integer> ids = HashMap.newHashMap(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.get(id).length > 0) {
                Integer other = ids.put(ByteBuffer.wrap(tokens.get(id)), id);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "the tokens %d and %d have the same bytes; each needs its own".formatted(other, id));
                }
            }
        }
        return Collections.unmodifiableMap(ids);
    }

    private static byte[] joined(List<byte[]> tokens, Merge merge) {
        byte[] left = bytes(tokens, merge.left());
        byte[] right = bytes(tokens, merge.right());
        return ByteBuffer.allocate(left.length + right.length)
                .put(left)
                .put(right)
                .array();
    }

    private static byte[] bytes(List<byte[]> tokens, int id) {
        byte[] bytes = id >= 0 && id < tokens.size() ? tokens.get(id) : new byte[0];
        if (bytes.length == 0) {
            throw new IllegalArgumentException("a merge names %d, which is no token with bytes".formatted(id));
        }
        return bytes;
    }
}
