package org.randygpt.train.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How much better one model is than another on a text, and how sure that is: the parts of the text are drawn again and
 * again with replacement, and both models are compared on what was drawn (Efron 1979; Koehn 2004).
 *
 * @param difference the second model's bits per byte less the first's: below 0 where the second is better
 * @param low the 2.5th percentile of the differences that were drawn
 * @param high the 97.5th
 * @param segments parts of the text
 */
public record PairedBootstrap(double difference, double low, double high, int segments) {
    /** How often parts are drawn. */
    public static final int RESAMPLES = 1000;

    private static final double TAIL = 0.025;

    /**
     * Compares two models on the same text.
     *
     * @throws IllegalArgumentException when the texts are not the same
     */
    public static PairedBootstrap of(TextLoss first, TextLoss second, long seed) {
        if (!first.segments().equals(second.segments())) {
            throw new IllegalArgumentException(
                    "the two models cannot be compared: to the first the text has %,d bytes, to the second %,d"
                            .formatted(first.size().bytes(), second.size().bytes()));
        }
        int count = first.segments().count();
        double[] bits = new double[count];
        double[] bytes = new double[count];
        for (int i = 0; i < count; i++) {
            bits[i] = TextLoss.bits(second.natsBySegment()[i] - first.natsBySegment()[i]);
            // A token over a border belongs to where it begins, which may be elsewhere with other tokens.
            bytes[i] = (first.bytesBySegment()[i] + second.bytesBySegment()[i]) / 2.0;
        }
        double[] drawn = new double[RESAMPLES];
        SplittableRandom random = new SplittableRandom(seed);
        Arrays.setAll(drawn, i -> draw(bits, bytes, random));
        Arrays.sort(drawn);
        return new PairedBootstrap(
                second.bitsPerByte() - first.bitsPerByte(),
                percentile(drawn, TAIL),
                percentile(drawn, 1 - TAIL),
                count);
    }

    private static double draw(double[] bits, double[] bytes, SplittableRandom random) {
        double sum = 0;
        double over = 0;
        for (int i = 0; i < bits.length; i++) {
            int drawn = random.nextInt(bits.length);
            sum += bits[drawn];
            over += bytes[drawn];
        }
        return sum / Math.max(1, over);
    }

    /** Between the two nearest of sorted numbers. */
    private static double percentile(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Whether the interval has 0 in it, so that chance may explain the difference. */
    public boolean mayBeChance() {
        return low <= 0 && high >= 0;
    }
}
