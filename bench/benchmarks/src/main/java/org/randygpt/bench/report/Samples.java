package org.randygpt.bench.report;

import java.util.SplittableRandom;
import org.randygpt.kernels.Matrix;

/** Numbers to compute with. */
public final class Samples {
    private Samples() {}

    /** A matrix of numbers between -1 and 1. */
    public static Matrix matrix(int rows, int cols) {
        Matrix matrix = Matrix.zeros(rows, cols);
        fill(matrix);
        return matrix;
    }

    /** Overwrites a matrix with numbers between -1 and 1. */
    public static void fill(Matrix matrix) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < matrix.size(); i++) {
            matrix.data()[matrix.offset() + i] = (float) random.nextDouble(-1, 1);
        }
    }

    /** Tokens of a vocabulary, each as likely as any other. */
    public static int[] tokens(int count, int vocabSize) {
        return new SplittableRandom(1).ints(count, 0, vocabSize).toArray();
    }
}
