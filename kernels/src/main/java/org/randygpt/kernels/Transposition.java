package org.randygpt.kernels;

import static org.randygpt.kernels.AttentionTiles.STRIDE;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes squares of as many rows as a vector has lanes. Zipping row i with row i + LENGTH / 2 rotates the bits of
 * an element's row and lane by one; after log2(LENGTH) rounds they have changed places.
 */
final class Transposition {
    // Floats are moved as the integers that their bits are, since their own indices would be floats.
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    private static final IntVector LOW = zip(0);
    private static final IntVector HIGH = zip(LENGTH / 2);

    private final float[] zipped = Lanes.buffer(LENGTH * STRIDE);

    private static IntVector zip(int first) {
        int[] lanes = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            lanes[i] = first + i / 2 + i % 2 * LENGTH;
        }
        return IntVector.fromArray(INTS, lanes, 0);
    }

    /** to (D, LENGTH), from column {@code col} on, = rows {@code first} to {@code first} + LENGTH of x. */
    void columns(HeadRows x, int first, int size, HeadRows to, int col) {
        for (int d = 0; d < size; d += LENGTH) {
            square(x.data, x.at(first, d), to.data, to.at(d, col));
        }
    }

    private void square(float[] from, int fromAt, float[] to, int toAt) {
        int start = Matrix.ALIGNED_START;
        if (LENGTH == 4) {
            zipTwice(from, fromAt, to, toAt);
        } else if (LENGTH == 8) {
            zipOnce(from, fromAt, zipped, start);
            zipTwice(zipped, start, to, toAt);
        } else {
            zipTwice(from, fromAt, zipped, start);
            zipTwice(zipped, start, to, toAt);
        }
    }

    private static void zipOnce(float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < LENGTH / 2; i++) {
            IntVector a = ints(from, fromAt + i * STRIDE);
            IntVector b = ints(from, fromAt + i * STRIDE + LENGTH / 2 * STRIDE);
            LOW.selectFrom(a, b).reinterpretAsFloats().intoArray(to, toAt + i * 2 * STRIDE);
            HIGH.selectFrom(a, b).reinterpretAsFloats().intoArray(to, toAt + i * 2 * STRIDE + STRIDE);
        }
    }

    private static void zipTwice(float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < LENGTH / 4; i++) {
            int f = fromAt + i * STRIDE;
            int t = toAt + i * 4 * STRIDE;
            IntVector a = ints(from, f);
            IntVector b = ints(from, f + LENGTH / 4 * STRIDE);
            IntVector c = ints(from, f + LENGTH / 2 * STRIDE);
            IntVector d = ints(from, f + LENGTH / 4 * 3 * STRIDE);
            IntVector acLow = LOW.selectFrom(a, c);
            IntVector acHigh = HIGH.selectFrom(a, c);
            IntVector bdLow = LOW.selectFrom(b, d);
            IntVector bdHigh = HIGH.selectFrom(b, d);
            LOW.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(to, t);
            HIGH.selectFrom(acLow, bdLow).reinterpretAsFloats().intoArray(to, t + STRIDE);
            LOW.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(to, t + 2 * STRIDE);
            HIGH.selectFrom(acHigh, bdHigh).reinterpretAsFloats().intoArray(to, t + 3 * STRIDE);
        }
    }

    private static IntVector ints(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at).reinterpretAsInts();
    }
}
