package org.randygpt.train.evaluation;

import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.data.TokenStore;
import org.randygpt.train.NgramTable;

/**
 * What tables of n-grams lose on a text, all in nats per token: of a training text, or, without one, of what they have
 * read of the text itself before each token.
 *
 * @param uniform of all tokens being equally likely: ln V
 * @param counted tokens that the tables have counted; at most as many as have 2²⁰ different n-grams
 */
public record Tables(double uniform, double unigram, double bigram, double fiveGram, long counted) {
    private static final int ORDER = 5;
    private static final int MOST_NGRAMS = (1 << 20) - 1;
    private static final int TOKENS_BETWEEN_NEWS = 1 << 16;

    /**
     * The losses on a text.
     *
     * @param training what is counted beforehand; null for what has been read of the text
     */
    public static Tables of(TokenStore text, TextUnits units, int vocabSize, @Nullable TokenStore training) {
        return of(text, units, vocabSize, training, (_, _) -> {});
    }

    /** The same, telling how many tokens are done. */
    public static Tables of(
            TokenStore text, TextUnits units, int vocabSize, @Nullable TokenStore training, ReadingProgress progress) {
        NgramTable table = new NgramTable(ORDER, vocabSize, MOST_NGRAMS);
        long counted = training == null ? 0 : count(table, training, units);
        double[] sums = new double[ORDER + 1];
        double[] probabilities = new double[ORDER + 1];
        long tokens = 0;
        table.begin();
        for (long at = 1; at < text.size(); at++) {
            int token = text.get(at);
            if (!units.isText(token)) {
                table.begin();
                continue;
            }
            if (training == null) {
                counted += table.predictAndCount(token, probabilities) ? 1 : 0;
            } else {
                table.predict(token, probabilities);
            }
            for (int n = 0; n <= ORDER; n++) {
                sums[n] -= StrictMath.log(probabilities[n]);
            }
            tokens++;
            if (at % TOKENS_BETWEEN_NEWS == 0) {
                progress.read(at, text.size() - 1);
            }
        }
        return new Tables(sums[0] / tokens, sums[1] / tokens, sums[2] / tokens, sums[ORDER] / tokens, counted);
    }

    private static long count(NgramTable table, TokenStore training, TextUnits units) {
        long counted = 0;
        table.begin();
        for (long at = 1; at < training.size(); at++) {
            int token = training.get(at);
            if (!units.isText(token)) {
                table.begin();
            } else if (table.count(token)) {
                counted++;
            } else {
                break;
            }
        }
        return counted;
    }
}
