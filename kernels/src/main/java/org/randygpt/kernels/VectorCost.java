package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.time.Duration;
import jdk.incubator.vector.FloatVector;

/** Whether the compiler makes instructions of the Vector API, or an object of each vector, as some compilers do. */
public final class VectorCost {
    /** Ratios up to here mean instructions: they give less than 1, the best compiled objects about 5. */
    public static final double MOST_OF_INSTRUCTIONS = 2;

    /**
     * How long to wait for the compiler, which usually takes a tenth of a second: it may be short of processor time.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int STEPS = 1000;
    private static final int WARM_UP = 2000;

    private final float[] sink = new float[LENGTH];

    private VectorCost() {}

    /**
     * Times a chain of multiply-adds of vectors and one of numbers, until the vectors are fast or three seconds have
     * passed; takes about a tenth of a second where they become fast.
     *
     * @return how many times as long a vector takes as a number; {@link #MOST_OF_INSTRUCTIONS} or less if compiled
     */
    public static double measure() {
        VectorCost chains = new VectorCost();
        long number = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UP; i++) {
            long started = System.nanoTime();
            chains.multiplyAddNumbers();
            number = Math.min(number, System.nanoTime() - started);
        }
        long vector = Long.MAX_VALUE;
        long began = System.nanoTime();
        while (vector > MOST_OF_INSTRUCTIONS * number && System.nanoTime() - began < PATIENCE.toNanos()) {
            long started = System.nanoTime();
            chains.multiplyAddVectors();
            vector = Math.min(vector, System.nanoTime() - started);
        }
        return (double) vector / number;
    }

    private void multiplyAddVectors() {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector sum = x;
        for (int i = 0; i < STEPS; i++) {
            sum = sum.fma(x, y);
        }
        // Without a use the compiler would drop the chain.
        sum.intoArray(sink, 0);
    }

    private void multiplyAddNumbers() {
        float sum = sink[0];
        for (int i = 0; i < STEPS; i++) {
            sum = sum * 0.999f + 0.001f;
        }
        sink[0] = sum;
    }
}
