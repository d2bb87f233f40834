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
     * The floors of a text.
     *
     * @param vocabSize V
     */
    public static Floors of(TokenDataset dataset, int vocabSize) {
        NgramTable table = new NgramTable(ORDER, vocabSize, MOST_NGRAMS);
        // The first is no token of the text.
        int[] training = dataset.training();
        int end = Math.min(training.length - 1, MOST_COUNTED);
        int counted = 0;
        while (counted < end && table.count(training[counted + 1])) {
            counted++;
        }
        return predict(dataset.heldOut(), table, counted);
    }

    private static Floors predict(int[] heldOut, NgramTable table, int counted) {
        double[] losses = new double[ORDER + 1];
        double[] probabilities = new double[ORDER + 1];
        int predicted = Math.min(heldOut.length - 1, MOST_PREDICTED);
        table.begin();
        // What the first held-out token is predicted from.
        table.predict(heldOut[0], probabilities);
        for (int i = 0; i < predicted; i++) {
            table.predict(heldOut[i + 1], probabilities);
            for (int n = 0; n <= ORDER; n++) {
                losses[n] -= Math.log(probabilities[n]) / predicted;
            }
        }
        return new Floors(losses[0], losses[1], losses[2], losses[ORDER], counted);
    }

    /** The most bytes that {@link #of} takes for a text of so many tokens. */
    public static long bytes(int tokens) {
        return NgramTable.bytes(Math.min((long) ORDER * tokens, MOST_NGRAMS));
    }
}
