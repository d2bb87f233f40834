package org.randygpt.train.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a model is as often right as it says: the predictions in 15 bins of equal width by the probability of the
 * likeliest token (Guo et al. 2017).
 *
 * @param bins all of them, from 0 to 1
 */
public record Calibration(List<Bin> bins) {
    /** How many there are. */
    public static final int BINS = 15;

    /** Copies the list. */
    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * Predictions that are about equally sure.
     *
     * @param count how many
     * @param confidence the mean probability of the likeliest token; 0 if there are none
     * @param accuracy how often that token came; 0 if there are none
     */
    public record Bin(long count, double confidence, double accuracy) {}

    /** The expected calibration error: the mean distance of accuracy from confidence, each bin by its count. */
    public double error() {
        long all = bins.stream().mapToLong(Bin::count).sum();
        double sum = 0;
        for (Bin bin : bins) {
            sum += bin.count * Math.abs(bin.accuracy - bin.confidence);
        }
        return all == 0 ? 0 : sum / all;
    }

    /** Counts predictions. */
    static final class Counter {
        private final long[] counts = new long[BINS];
        private final long[] right = new long[BINS];
        private final double[] confidences = new double[BINS];

        /** Counts one, whose likeliest token had the probability {@code confidence}. */
        void add(double confidence, boolean isRight) {
            // Bins hold their upper edge, as in the paper.
            int bin = Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
            counts[bin]++;
            right[bin] += isRight ? 1 : 0;
            confidences[bin] += confidence;
        }

        Calibration calibration() {
            List<Bin> bins = new ArrayList<>();
            for (int i = 0; i < BINS; i++) {
                double count = Math.max(1, counts[i]);
                bins.add(new Bin(counts[i], confidences[i] / count, right[i] / count));
            }
            return new Calibration(bins);
        }
    }
}
