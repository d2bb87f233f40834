package org.randygpt.core.text;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Learns a vocabulary from texts: begins with single bytes and merges, again and again, the two tokens that stand most
 * often side by side within a piece, of those that do equally often the one with the lower ids. What is learnt does not
 * depend on the number of threads.
 */
public final class BpeTrainer {
    private final PreTokenization pieces;
    private final int threads;
    private final PieceCounts counts;

    /**
     * A trainer that has seen nothing.
     *
     * @param pieces how texts are cut
     * @param threads how many count pieces
     */
    public BpeTrainer(PreTokenization pieces, int threads) {
        this.pieces = pieces;
        this.threads = threads;
        counts = new PieceCounts(pieces);
    }

    /** Throws {@link IllegalArgumentException} when no vocabulary can be so small. */
    public static void requireSize(int vocabSize, int special) {
        int least = BpeVocabulary.BYTES + special;
        if (vocabSize < least) {
            throw new IllegalArgumentException(
                    "a vocabulary of %d is too small for %d bytes and %d special %s; it needs at least %d"
                            .formatted(
                                    vocabSize, BpeVocabulary.BYTES, special, special == 1 ? "token" : "tokens", least));
        }
    }

    /** Counts the pieces of a text. */
    public void add(byte[] text) {
        TextParts.map(text, threads, this::count).forEach(counts::add);
    }

    /** Adds the pieces of texts that somebody has counted. */
    public void add(PieceCounts others) {
        counts.add(others);
    }

    /**
     * The tokenizer of what was seen: bytes in GPT-2's order, then merges in the order in which they were made, then
     * special tokens.
     *
     * @param vocabSize how many tokens it has, the special ones included; fewer if no more pairs occur twice
     * @param special names of the special tokens, at least one
     * @throws IllegalArgumentException when the vocabulary is too small for bytes and special tokens, or a special
     *     token has the name of another
     */
    public BpeTokenizer train(int vocabSize, List<String> special) {
        requireSize(vocabSize, special.size());
        MergeLearner learner = new MergeLearner(counts.byPiece());
        BpeVocabulary vocabulary = learner.learn(vocabSize - special.size());
        Set<String> names = new HashSet<>(special);
        for (byte[] token : vocabulary.tokens()) {
            String text = ByteAlphabet.text(token);
            if (names.contains(text)) {
                throw new IllegalArgumentException(
                        "%s is a token of the text, too, and files tell tokens by their names; give it another name, such as <|%s|>"
                                .formatted(text, text));
            }
        }
        return new BpeTokenizer(
                vocabulary, SpecialTokens.from(vocabulary.tokens().size(), special), pieces);
    }

    private PieceCounts count(byte[] text, int start, int end) {
        PieceCounts part = new PieceCounts(pieces);
        part.add(text, start, end);
        return part;
    }
}
