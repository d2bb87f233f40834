package org.randygpt.train;

/**
 * What tables lose on the held-out part that only count the training part: each a floor that a model has to get below
 * before it knows more than the table. All in nats per token.
 *
 * <p>The tables are those of {@link NgramTable}. So that they take less than a second and at most 30 MB, of a long text
 * they count the first 2²⁰ tokens, or as many as have less than 2²⁰ different n-grams, and predict the first 2¹⁷
 * held-out tokens.
 *
 * @param uniform of all tokens being equally likely: ln V
 * @param unigram of a table of tokens
 * @param bigram of a table of tokens by the one before
 * @param fiveGram of a table of tokens by the four before
 * @param counted training tokens that the tables have counted
 */
public record Floors(double uniform, double unigram, double bigram, double fiveGram, int counted) {
    private static final int ORDER = 5;
    private static final int MOST_COUNTED = 1 << 20;
    private static final int MOST_PREDICTED = 1 << 17;
    private static final int MOST_NGRAMS = (1 << 20) - 1;

    /**
     * The floors of texts.
     *
     * @param vocabSize V
     */
    public static Floors of(TokenDataset dataset, int vocabSize) {
        NgramTable table = new NgramTable(ORDER, vocabSize, MOST_NGRAMS);
        int counted = 0;
        for (TokenView text : dataset.trainingTokens()) {
            table.begin();
            long end = share(text, dataset.trainingSize(), MOST_COUNTED);
            long at = 0;
            // The first is no token of the text.
            while (at < end && table.count(text.get(at + 1))) {
                at++;
            }
            counted += (int) at;
        }
        return predict(dataset, table, counted);
    }

    private static Floors predict(TokenDataset dataset, NgramTable table, int counted) {
        double[] losses = new double[ORDER + 1];
        double[] probabilities = new double[ORDER + 1];
        long predicted = 0;
        for (TokenView text : dataset.heldOutTokens()) {
            long end = share(text, dataset.heldOutSize(), MOST_PREDICTED);
            table.begin();
            // What the first held-out token is predicted from.
            table.predict(text.get(0), probabilities);
            for (long at = 0; at < end; at++) {
                table.predict(text.get(at + 1), probabilities);
                for (int n = 0; n <= ORDER; n++) {
                    losses[n] -= Math.log(probabilities[n]);
                }
            }
            predicted += end;
        }
        return new Floors(
                losses[0] / predicted,
                losses[1] / predicted,
                losses[2] / predicted,
                losses[ORDER] / predicted,
                counted);
    }

    /** How many tokens of a text are taken, if so many of all are at most. */
    private static long share(TokenView text, long all, long most) {
        long own = text.size() - 1;
        return all <= most ? own : (long) ((double) most * own / all);
    }

    /** The most bytes that {@link #of} takes for a text of so many tokens. */
    public static long bytes(long tokens) {
        return NgramTable.bytes(Math.min(ORDER * tokens, MOST_NGRAMS));
    }
}
