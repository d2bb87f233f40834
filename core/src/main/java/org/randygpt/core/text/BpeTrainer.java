package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns a vocabulary from texts: begins with single bytes and merges, again and again, the two tokens that stand most
 * often side by side within a piece, of those that do equally often the one with the lower ids. What is learnt does not
 * depend on the number of threads.
 */
public final class BpeTrainer {
    private final PreTokenization pieces;
    private final int threads;
    private final Map<ByteBuffer, long[]> counts = new HashMap<>();

    /**
     * A trainer that has seen nothing.
     *
     * @param pieces how texts are cut
     * @param threads how many count pieces
     */
    public BpeTrainer(PreTokenization pieces, int threads) {
        this.pieces = pieces;
        this.threads = threads;
    }

    /** Throws {@link IllegalArgumentException} when no vocabulary can be so small. */
    public static void requireSize(int vocabSize, int special) {
        int least = BpeVocabulary.BYTES + special;
        if (vocabSize < least) {
            throw new IllegalArgumentException(
                    "a vocabulary of %d is too small for %d bytes and %d special tokens; it needs at least %d"
                            .formatted(vocabSize, BpeVocabulary.BYTES, special, least));
        }
    }

    /** Counts the pieces of a text. */
    public void add(byte[] text) {
        for (Map<ByteBuffer, long[]> part : TextParts.map(text, threads, this::count)) {
            part.forEach((piece, count) -> counts.computeIfAbsent(piece, _ -> new long[1])[0] += count[0]);
        }
    }

    /**
     * The tokenizer of what was seen: bytes in GPT-2's order, then merges in the order in which they were made, then
     * special tokens.
     *
     * @param vocabSize how many tokens it has, the special ones included; fewer if no more pairs occur twice
     * @param special names of the special tokens, at least one
     * @throws IllegalArgumentException when the vocabulary is too small for bytes and special tokens
     */
    public BpeTokenizer train(int vocabSize, List<String> special) {
        requireSize(vocabSize, special.size());
        MergeLearner learner = new MergeLearner(counts);
        BpeVocabulary vocabulary = learner.learn(vocabSize - special.size());
        return new BpeTokenizer(
                vocabulary, SpecialTokens.from(vocabulary.tokens().size(), special), pieces);
    }

    private Map<ByteBuffer, long[]> count(byte[] text, int start, int end) {
        Map<ByteBuffer, long[]> part = new HashMap<>();
        int at = start;
        while (at < end) {
            int pieceEnd = pieces.end(text, at);
            long[] count = part.get(ByteBuffer.wrap(text, at, pieceEnd - at));
            if (count == null) {
                count = new long[1];
                // A copy, so that the text need not stay.
                part.put(ByteBuffer.wrap(Arrays.copyOfRange(text, at, pieceEnd)), count);
            }
            count[0]++;
            at = pieceEnd;
        }
        return part;
    }
}
