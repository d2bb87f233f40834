package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * Makes matrices for tests. Each is a block inside a larger array whose other elements are a marked NaN: reading
 * outside the block spoils the result, and writing outside is noticed by {@link #assertNothingOutsideWritten}.
 */
final class Blocks {
    /** Floats in the longest vector of this machine. */
    static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    private static final int MARK = 0x7fc5e271;

    /** A NaN that carries a message in its lower bits, which arithmetic hands on. */
    static final float MARKED_NAN = Float.intBitsToFloat(MARK);

    private static final int MARGIN = 3 * LANES;

    private final SplittableRandom random;
    private final List<Matrix> made = new ArrayList<>();
    private final List<float[]> contents = new ArrayList<>();

    /** Blocks whose shapes and numbers depend on nothing but the seed and the order of the calls. */
    Blocks(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Every size up to three vectors + 1, and those around four and eight vectors, where unrolled loops begin. */
    static IntStream sizes() {
        return IntStream.concat(
                        IntStream.rangeClosed(1, 3 * LANES + 1),
                        IntStream.of(4, 8).flatMap(n -> IntStream.rangeClosed(n * LANES - 1, n * LANES + 1)))
                .distinct();
    }

    /** Uniform in [-1, 1). */
    Matrix uniform(int rows, int cols) {
        return uniform(rows, cols, -1, 1);
    }

    Matrix uniform(int rows, int cols, double from, double to) {
        Matrix block = empty(rows, cols, MARGIN + random.nextInt(LANES + 1));
        for (int i = 0; i < block.size(); i++) {
            block.data()[block.offset() + i] = (float) random.nextDouble(from, to);
        }
        return block;
    }

    Matrix filled(int rows, int cols, float value) {
        Matrix block = empty(rows, cols, MARGIN + random.nextInt(LANES + 1));
        Arrays.fill(block.data(), block.offset(), block.offset() + block.size(), value);
        return block;
    }

    /** Indices below a bound; some are equal when there are enough of them. */
    int[] indices(int count, int bound) {
        return random.ints(count, 0, bound).toArray();
    }

    /** A number of the same kind as the others, for choosing a row or a column. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    static void set(Matrix block, int row, int col, float value) {
        block.data()[block.rowAt(row) + col] = value;
    }

    /** The same block in an array of its own, with the same neighbourhood. */
    static Matrix copy(Matrix block) {
        return new Matrix(block.data().clone(), block.offset(), block.rows(), block.cols());
    }

    /** The largest magnitude among the finite numbers of a row. */
    static double largest(Matrix block, int row) {
        double largest = 0;
        for (int col = 0; col < block.cols(); col++) {
            float magnitude = Math.abs(block.get(row, col));
            largest = magnitude < Float.POSITIVE_INFINITY ? Math.max(largest, magnitude) : largest;
        }
        return largest;
    }

    /** The sum of the products of the elements, in double. */
    static double dot(Matrix a, Matrix b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += (double) a.data()[a.offset() + i] * b.data()[b.offset() + i];
        }
        return sum;
    }

    /** The numbers of the block alone. */
    static float[] numbers(Matrix block) {
        return Arrays.copyOfRange(block.data(), block.offset(), block.offset() + block.size());
    }

    /** From here on, all blocks made so far must keep their numbers. */
    void freeze() {
        contents.clear();
        made.forEach(block -> contents.add(block.data().clone()));
    }

    /** Fails when any block that was frozen has changed, inside or around. */
    void assertNothingChanged(String call) {
        for (int i = 0; i < contents.size(); i++) {
            if (Arrays.mismatch(contents.get(i), made.get(i).data()) >= 0) {
                Matrix block = made.get(i);
                fail("%s wrote into its input, a block of %d x %d".formatted(call, block.rows(), block.cols()));
            }
        }
    }

    /** Fails when an element before or after the block is no longer the sentinel. */
    static void assertNothingOutsideWritten(String call, Matrix block) {
        for (int i = 0; i < block.data().length; i++) {
            boolean outside = i < block.offset() || i >= block.offset() + block.size();
            if (outside && Float.floatToRawIntBits(block.data()[i]) != MARK) {
                fail("%s wrote %s at %d, outside the block of %d x %d at %d"
                        .formatted(call, block.data()[i], i, block.rows(), block.cols(), block.offset()));
            }
        }
    }

    /** Fails unless all numbers are the same, bit for bit; all NaN are one. */
    static void assertSameBits(String call, Matrix expected, Matrix actual) {
        int at = Arrays.mismatch(numbers(expected), numbers(actual));
        if (at >= 0) {
            fail(difference(call, expected, actual, at) + ", which should be the same bits");
        }
    }

    private Matrix empty(int rows, int cols, int offset) {
        float[] data = new float[offset + rows * cols + MARGIN];
        Arrays.fill(data, MARKED_NAN);
        Matrix block = new Matrix(data, offset, rows, cols);
        made.add(block);
        return block;
    }

    private static String difference(String call, Matrix expected, Matrix actual, int at) {
        return "%s on %d x %d gave %s instead of %s at row %d, column %d"
                .formatted(
                        call,
                        expected.rows(),
                        expected.cols(),
                        actual.data()[actual.offset() + at],
                        expected.data()[expected.offset() + at],
                        at / expected.cols(),
                        at % expected.cols());
    }
}
