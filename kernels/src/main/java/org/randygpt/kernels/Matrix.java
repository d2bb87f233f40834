package org.randygpt.kernels;

/**
 * A dense row-major block of floats inside an array: the only data type kernels take.
 *
 * @param data the array that holds the block, shared with whoever made it
 * @param offset index in {@code data} of the element (0, 0)
 * @param rows number of rows
 * @param cols number of columns, and distance between the starts of two rows
 */
public record Matrix(float[] data, int offset, int rows, int cols) {

    /** Throws {@link IllegalArgumentException} when the block does not lie inside the array. */
    public Matrix {
        if (rows < 0 || cols < 0 || offset < 0 || offset + (long) rows * cols > data.length) {
            throw new IllegalArgumentException("a %d x %d matrix at offset %d does not fit an array of %d floats"
                    .formatted(rows, cols, offset, data.length));
        }
    }

    /**
     * Elements to leave free before the first one, as {@link #zeros} does: with {@code -XX:ObjectAlignmentInBytes=64}
     * and the usual header of 16 bytes, element 12 of an array begins a cache line. Vectors that cross lines cost a
     * matmul 8 to 15 %.
     */
    public static final int ALIGNED_START = 12;

    /** A new matrix of zeros with an array of its own, which begins some elements before it. */
    public static Matrix zeros(int rows, int cols) {
        return new Matrix(new float[ALIGNED_START + Math.multiplyExact(rows, cols)], ALIGNED_START, rows, cols);
    }

    /** A matrix of one row over a whole array, which stays shared. */
    public static Matrix row(float[] data) {
        return new Matrix(data, 0, 1, data.length);
    }

    /** Number of elements. */
    public int size() {
        return rows * cols;
    }

    /** Index in {@link #data} of the first element of a row. */
    public int rowAt(int row) {
        return offset + row * cols;
    }

    /** The element at (row, col). */
    public float get(int row, int col) {
        return data[offset + row * cols + col];
    }
}
