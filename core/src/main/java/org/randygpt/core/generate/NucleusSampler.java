package org.randygpt.core.generate;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws from softmax(logits / temperature), cut down to the {@code topK} likeliest tokens and then to the fewest that
 * together have the probability {@code topP} (Holtzman et al. 2020).
 */
public final class NucleusSampler implements Sampler {
    private final double temperature;
    private final int topK;
    private final double topP;
    private final RandomGenerator random;
    private double[] cumulative = {};
    private long[] order = {};

    /**
     * A sampler.
     *
     * @param temperature above 0; below 1 sharpens, above 1 flattens
     * @param topK at least 1; the vocabulary's size or more keeps all
     * @param topP in (0, 1]; 1 keeps all
     */
    public NucleusSampler(double temperature, int topK, double topP, RandomGenerator random) {
        require(
                temperature > 0 && temperature < Double.POSITIVE_INFINITY,
                "temperature is %s; it must be a number above 0, or 0 for the likeliest token",
                temperature);
        require(topK >= 1, "top-k is %s; it must be at least 1", topK);
        require(topP > 0 && topP <= 1, "top-p is %s; it must lie in (0, 1]", topP);
        this.temperature = temperature;
        this.topK = topK;
        this.topP = topP;
        this.random = random;
    }

    @Override
    public int next(float[] logits) {
        return topK >= logits.length && topP == 1 ? drawFromAll(logits) : drawFromLikeliest(logits);
    }

    /** Nothing is cut off, so nothing needs to be sorted. */
    private int drawFromAll(float[] logits) {
        float largest = logits[0];
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        reserve(logits.length);
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += Math.exp((logits[i] - largest) / temperature);
            cumulative[i] = sum;
        }
        return draw(logits.length - 1);
    }

    private int drawFromLikeliest(float[] logits) {
        reserve(logits.length);
        for (int id = 0; id < logits.length; id++) {
            order[id] = rank(logits[id], id);
        }
        Arrays.sort(order, 0, logits.length);
        float largest = logits[(int) order[0]];
        int kept = Math.min(topK, logits.length);
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.exp((logits[(int) order[i]] - largest) / temperature);
            cumulative[i] = sum;
        }
        int nucleus = 0;
        while (nucleus < kept - 1 && cumulative[nucleus] < topP * sum) {
            nucleus++;
        }
        return (int) order[draw(nucleus)];
    }

    /**
     * A number whose lower half is the id, and which is the smaller the larger the logit, or, of equal ones, the
     * smaller the id: so that a seed gives the same text everywhere.
     */
    private static long rank(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        // Of two negative floats the one with the larger bits is the smaller.
        int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
        return (long) ~ascending << Integer.SIZE | id;
    }

    private void reserve(int vocabulary) {
        if (cumulative.length < vocabulary) {
            cumulative = new double[vocabulary];
            order = new long[vocabulary];
        }
    }

    /** An index up to {@code last}, each as likely as its step in the cumulative weights. */
    private int draw(int last) {
        double drawn = random.nextDouble() * cumulative[last];
        int chosen = 0;
        while (chosen < last && cumulative[chosen] <= drawn) {
            chosen++;
        }
        return chosen;
    }

    private static void require(boolean holds, String message, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(value));
        }
    }
}
