package org.randygpt.core.graph;

/**
 * A row-major block of doubles inside an array.
 *
 * @param data the array, shared with whoever made it
 * @param offset index of the element (0, 0)
 * @param rows number of rows
 * @param cols number of columns
 */
record DoubleMatrix(double[] data, int offset, int rows, int cols) {

    double get(int row, int col) {
        return data[offset + row * cols + col];
    }

    void set(int row, int col, double value) {
        data[offset + row * cols + col] = value;
    }
}
