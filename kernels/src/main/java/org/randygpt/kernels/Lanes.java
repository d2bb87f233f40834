package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector width of this machine, and what is done with vectors in many places. */
final class Lanes {
    /** The widest vectors that this machine is fast with; chosen once. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Floats in a vector: a power of two. */
    static final int LENGTH = SPECIES.length();

    /** Vector registers: x86 has 32 with 512-bit vectors and, to be safe, 16 without; other processors have 32. */
    static final int REGISTERS =
            SPECIES.vectorBitSize() < 512 && System.getProperty("os.arch").matches("amd64|x86_64|i386|x86") ? 16 : 32;

    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(SPECIES, 8, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(SPECIES, 4, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
    private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(SPECIES, 1, 1, true);

    private Lanes() {}

    /** {@code n} rounded up to whole vectors. */
    static int padded(int n) {
        return (n + LENGTH - 1) / LENGTH * LENGTH;
    }

    /** A buffer of at least {@code n} floats after {@link Matrix#ALIGNED_START}. */
    static float[] buffer(int n) {
        return new float[Matrix.ALIGNED_START + n];
    }

    /** The largest of all lanes, NaN apart. */
    static float max(FloatVector vector) {
        FloatVector max = vector;
        if (LENGTH > 8) {
            max = larger(max, max.rearrange(BY_8));
        }
        if (LENGTH > 4) {
            max = larger(max, max.rearrange(BY_4));
        }
        if (LENGTH > 2) {
            max = larger(max, max.rearrange(BY_2));
        }
        return larger(max, max.rearrange(BY_1)).lane(0);
    }

    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(GT, a));
    }

    /** Writes or adds a vector. Each branch stores for itself: a vector that two branches might set gets boxed. */
    static void put(FloatVector vector, float[] out, int at, Store store) {
        if (store == Store.ADD) {
            vector.add(FloatVector.fromArray(SPECIES, out, at)).intoArray(out, at);
        } else {
            vector.intoArray(out, at);
        }
    }

    /** Writes or adds a number. */
    static void put(float value, float[] out, int at, Store store) {
        out[at] = store == Store.ADD ? value + out[at] : value;
    }
}
