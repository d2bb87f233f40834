package org.randygpt.train;

import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Store;

/**
 * Brings the singular values of a matrix near 1 and keeps its singular vectors: five Newton–Schulz steps of a quintic
 * (Jordan 2024) whose coefficients lift small singular values as fast as they can. Those of the result lie between
 * about 0.7 and 1.2, except where they were below a thousandth of the matrix' norm.
 *
 * <p>Works alone on one thread, with kernels that do the whole of each call, and allocates nothing.
 */
final class Orthogonalization {
    private static final int STEPS = 5;
    private static final float A = 3.4445f;
    private static final float B = -4.7750f;
    private static final float C = 2.0315f;
    /** Added to the norm: a gradient of zeros stays one. */
    private static final float LEAST_NORM = 1e-7f;

    private final Kernels kernels;
    private final Matrix x;
    private final Matrix row;
    private final Matrix sums;
    private final Matrix gram;
    private final Matrix factor;
    private final Matrix product;

    /**
     * What matrices of one thread are computed in, one after the other.
     *
     * @param input room for the matrix
     * @param product room for a second one
     * @param gram room for products of its rows, or columns if these are fewer
     * @param factor the same again
     */
    record Memory(float[] input, float[] product, float[] gram, float[] factor) {
        /** For matrices of up to {@code size} elements with {@code side} rows or columns, whichever are fewer. */
        Memory(int size, int side) {
            this(room(size), room(size), room(side * side), room(side * side));
        }

        private static float[] room(int size) {
            return new float[Matrix.ALIGNED_START + size];
        }
    }

    /**
     * For matrices of one shape.
     *
     * @param kernels of a team of one
     * @param memory that others of the same thread may use, too
     */
    Orthogonalization(Kernels kernels, Memory memory, int rows, int cols) {
        this.kernels = kernels;
        int side = Math.min(rows, cols);
        x = new Matrix(memory.input, Matrix.ALIGNED_START, rows, cols);
        row = new Matrix(memory.input, Matrix.ALIGNED_START, 1, x.size());
        sums = Matrix.zeros(Math.ceilDiv(x.size(), Kernels.SQUARES_CHUNK), 1);
        gram = new Matrix(memory.gram, Matrix.ALIGNED_START, side, side);
        factor = new Matrix(memory.factor, Matrix.ALIGNED_START, side, side);
        product = new Matrix(memory.product, Matrix.ALIGNED_START, rows, cols);
    }

    /** What {@link #apply} overwrites. */
    Matrix matrix() {
        return x;
    }

    /** Overwrites the matrix (R, C) with its orthogonalization. */
    void apply() {
        kernels.scaledSum(1 / (norm() + LEAST_NORM), x, 0, x, x);
        for (int step = 0; step < STEPS; step++) {
            // X ← A·X + (B·G + C·G²)·X with G = X·Xᵀ, or the same from the other side.
            if (x.rows() > x.cols()) {
                kernels.matmulTransA(x, x, gram, Store.REPLACE);
                polynomial();
                kernels.matmul(x, factor, product, Store.REPLACE);
            } else {
                kernels.matmulTransB(x, x, gram, Store.REPLACE);
                polynomial();
                kernels.matmul(factor, x, product, Store.REPLACE);
            }
            kernels.scaledSum(A, x, 1, product, x);
        }
    }

    /** factor = B·gram + C·gram². */
    private void polynomial() {
        kernels.matmul(gram, gram, factor, Store.REPLACE);
        kernels.scaledSum(B, gram, C, factor, factor);
    }

    private float norm() {
        kernels.sumSquares(row, sums);
        double sum = 0;
        for (int i = 0; i < sums.rows(); i++) {
            sum += sums.get(i, 0);
        }
        return (float) Math.sqrt(sum);
    }
}
