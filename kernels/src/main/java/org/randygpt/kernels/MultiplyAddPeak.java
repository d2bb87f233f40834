package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.time.Duration;
import jdk.incubator.vector.FloatVector;

/** The most multiply-adds that this machine does: the roof under which every kernel stands. */
public final class MultiplyAddPeak {
    private static final int CHAINS = 12;
    /** Of a call: few, since a call that begins in the interpreter ends there. */
    private static final int STEPS = 100;
    /** More than any processor takes for a step of instructions, and less than one of objects takes. */
    private static final long MOST_NANOS_OF_STEP = 40;
    /** How long to wait for the compiler, which usually takes a seventh of a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** Beside which it is nothing to set the workers going. */
    private static final Duration ROUND = Duration.ofMillis(6);

    private static final int ROUNDS = 12;

    private final float[] sink = new float[LENGTH];

    private MultiplyAddPeak() {}

    /**
     * Measures independent chains of fused multiply-adds in registers on all workers at once; takes about a fifth of a
     * second the first time, and half of that later.
     *
     * @return floating-point operations a second of all workers together, the best of several rounds
     */
    public static double measure(Workers workers) {
        MultiplyAddPeak[] each = new MultiplyAddPeak[workers.count()];
        for (int i = 0; i < each.length; i++) {
            each[i] = new MultiplyAddPeak();
        }
        int calls = (int) Math.max(1, ROUND.toNanos() / each[0].warmUp());
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            workers.run(worker -> each[worker].run(calls));
            double seconds = (System.nanoTime() - started) / 1e9;
            best = Math.max(best, 2.0 * CHAINS * LENGTH * STEPS * calls * workers.count() / seconds);
        }
        return best;
    }

    /** Waits for the compiler; returns the nanoseconds of the fastest call. */
    private long warmUp() {
        long fastest = Long.MAX_VALUE;
        long began = System.nanoTime();
        while (fastest > MOST_NANOS_OF_STEP * STEPS && System.nanoTime() - began < PATIENCE.toNanos()) {
            long started = System.nanoTime();
            multiplyAdd();
            fastest = Math.min(fastest, System.nanoTime() - started);
        }
        return Math.max(1, fastest);
    }

    private void run(int calls) {
        for (int i = 0; i < calls; i++) {
            multiplyAdd();
        }
    }

    private void multiplyAdd() {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector c0 = x;
        FloatVector c1 = x;
        FloatVector c2 = x;
        FloatVector c3 = x;
        FloatVector c4 = x;
        FloatVector c5 = x;
        FloatVector c6 = x;
        FloatVector c7 = x;
        FloatVector c8 = x;
        FloatVector c9 = x;
        FloatVector c10 = x;
        FloatVector c11 = x;
        for (int i = 0; i < STEPS; i++) {
            c0 = c0.fma(x, y);
            c1 = c1.fma(x, y);
            c2 = c2.fma(x, y);
            c3 = c3.fma(x, y);
            c4 = c4.fma(x, y);
            c5 = c5.fma(x, y);
            c6 = c6.fma(x, y);
            c7 = c7.fma(x, y);
            c8 = c8.fma(x, y);
            c9 = c9.fma(x, y);
            c10 = c10.fma(x, y);
            c11 = c11.fma(x, y);
        }
        FloatVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        FloatVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
        // Without a use the compiler would drop the chains.
        low.add(high).intoArray(sink, 0);
    }
}
