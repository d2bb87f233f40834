package org.randygpt.bench.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times several sides in turn, round after round, so that what else the machine does is shared by all of them. Figures
 * are medians over the rounds.
 */
public final class Rounds {
    private static final long WARM_UP_NANOS = 100_000_000;
    private static final int WARM_UP_CALLS = 5;
    private static final long LONG_SAMPLE_NANOS = 20_000_000;
    private static final int LEAST_ROUNDS = 3;

    /** Of one call, by side and round. */
    private final double[][] seconds;

    private Rounds(double[][] seconds) {
        this.seconds = seconds;
    }

    /** Warms each side up, then times them in turn. */
    static Rounds of(Extent extent, Runnable... sides) {
        int[] calls = new int[sides.length];
        for (int side = 0; side < sides.length; side++) {
            calls[side] = (int) Math.ceilDiv(extent.sampleNanos(), warmUp(sides[side]));
        }
        double[][] seconds = new double[sides.length][extent.rounds()];
        for (int round = 0; round < extent.rounds(); round++) {
            for (int side = 0; side < sides.length; side++) {
                seconds[side][round] = time(sides[side], calls[side]);
            }
        }
        return new Rounds(seconds);
    }

    /**
     * The same of sides that take long: as many rounds as there is time for, but at least three. It is the caller's to
     * see to it that the code is compiled.
     */
    static Rounds within(Duration time, Runnable... sides) {
        int[] calls = new int[sides.length];
        for (int side = 0; side < sides.length; side++) {
            sides[side].run();
            calls[side] = (int) Math.ceilDiv(LONG_SAMPLE_NANOS, Math.max(1, (long) (1e9 * time(sides[side], 1))));
        }
        List<double[]> rounds = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        while (rounds.size() < LEAST_ROUNDS || System.nanoTime() < end) {
            double[] round = new double[sides.length];
            for (int side = 0; side < sides.length; side++) {
                sides[side].run(); // What the sides before have left in the caches is gone then.
                round[side] = time(sides[side], calls[side]);
            }
            rounds.add(round);
        }
        double[][] seconds = new double[sides.length][rounds.size()];
        for (int round = 0; round < rounds.size(); round++) {
            for (int side = 0; side < sides.length; side++) {
                seconds[side][round] = rounds.get(round)[side];
            }
        }
        return new Rounds(seconds);
    }

    /** Seconds that one call takes. */
    double seconds(int side) {
        return median(seconds[side]);
    }

    /** How many times as fast one side is as another, round by round. */
    double speed(int side, int other) {
        double[] ratios = new double[seconds[side].length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = seconds[other][round] / seconds[side][round];
        }
        return median(ratios);
    }

    /** The middle value, or the mean of the middle two. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns the time of the last call. */
    private static long warmUp(Runnable side) {
        long begun = System.nanoTime();
        long last = 1;
        for (int calls = 0; calls < WARM_UP_CALLS || System.nanoTime() - begun < WARM_UP_NANOS; calls++) {
            long started = System.nanoTime();
            side.run();
            last = Math.max(1, System.nanoTime() - started);
        }
        return last;
    }

    private static double time(Runnable side, int calls) {
        long started = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            side.run();
        }
        return (System.nanoTime() - started) / 1e9 / calls;
    }
}
