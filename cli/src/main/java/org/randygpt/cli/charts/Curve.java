package org.randygpt.cli.charts;

import java.util.Arrays;

/**
 * Numbers at rising places.
 *
 * @param x rising
 * @param y as many, finite
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers
public record Curve(double[] x, double[] y) {
    private static final double SHORTEST = 2;
    private static final double LONGEST = 100;
    private static final double PART = 60;

    /** How many points there are. */
    public int size() {
        return x.length;
    }

    /**
     * Means of what lies around each point, a sixtieth of all points to either side: less at the left, where losses
     * fall fast, and only the left side at the right end.
     */
    public Curve smoothed() {
        return means().means();
    }

    private Curve means() {
        int reach = (int) Math.clamp(size() / PART, SHORTEST, LONGEST);
        double[] sums = new double[size() + 1];
        for (int i = 0; i < size(); i++) {
            sums[i + 1] = sums[i] + y[i];
        }
        double[] smooth = new double[size()];
        for (int i = 0; i < size(); i++) {
            int from = i - Math.min(i, reach);
            int to = Math.min(size(), i + Math.min(i, reach) + 1);
            smooth[i] = (sums[to] - sums[from]) / (to - from);
        }
        return new Curve(x, smooth);
    }

    /** A curve that looks the same: of each stretch the lowest and the highest point. */
    public Curve thinned(int stretches) {
        if (size() <= 2 * stretches) {
            return this;
        }
        double[] fewX = new double[2 * stretches];
        double[] fewY = new double[2 * stretches];
        for (int i = 0; i < stretches; i++) {
            int from = (int) ((long) size() * i / stretches);
            int to = (int) ((long) size() * (i + 1) / stretches);
            int low = from;
            int high = from;
            for (int j = from; j < to; j++) {
                low = y[j] < y[low] ? j : low;
                high = y[j] >= y[high] ? j : high;
            }
            int first = Math.min(low, high);
            int second = Math.max(low, high);
            fewX[2 * i] = x[first];
            fewY[2 * i] = y[first];
            fewX[2 * i + 1] = x[second];
            fewY[2 * i + 1] = y[second];
        }
        return new Curve(fewX, fewY);
    }

    /** The number that such a part of all numbers lies below; NaN if there are none. */
    public double quantile(double part) {
        if (size() == 0) {
            return Double.NaN;
        }
        double[] sorted = y.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(part * (size() - 1))];
    }

    /** As a series of a chart. */
    public Series series(String name, Series.Look look, int colour) {
        return new Series(name, x, y, look, colour);
    }
}
