package org.randygpt.core.graph;

import java.util.random.RandomGenerator;

/** How a parameter starts. */
public sealed interface Init {

    /** All elements the same. */
    record Constant(float value) implements Init {}

    /** Independent normal numbers around 0. */
    record Normal(float deviation) implements Init {}

    /** Independent numbers that are spread evenly from -bound to bound. */
    record Uniform(float bound) implements Init {}

    /** Writes the starting values to a run of elements. */
    default void fill(float[] values, int from, int to, RandomGenerator random) {
        for (int i = from; i < to; i++) {
            values[i] = switch (this) {
                case Constant(float value) -> value;
                case Normal(float deviation) -> (float) random.nextGaussian() * deviation;
                case Uniform(float bound) -> (2 * random.nextFloat() - 1) * bound;
            };
        }
    }
}
