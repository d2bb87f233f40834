package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.VectorKernels;

/** Against a singular value decomposition in double precision. */
class OrthogonalizationTest {
    private static final double[] QUINTIC = {3.4445, -4.7750, 2.0315};

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "5, 17", "17, 5", "32, 32", "48, 20", "64, 128"})
    void singularVectorsStayAndEachSingularValueGoesThroughTheQuinticFiveTimes(int rows, int cols) {
        double[][] x = random(rows, cols);
        double[][] expected = expected(x);
        for (Kernels.Factory factory : new Kernels.Factory[] {ReferenceKernels::new, VectorKernels::new}) {
            Matrix actual = orthogonalized(x, factory);
            for (int row = 0; row < rows; row++) {
                for (int col = 0; col < cols; col++) {
                    assertEquals(expected[row][col], actual.get(row, col), 2e-3);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "8, 40", "40, 8"})
    void singularValuesEndNearOne(int rows, int cols) {
        double[][] x = doubles(orthogonalized(random(rows, cols), VectorKernels::new));
        for (double value : new Decomposition(rows > cols ? x : transposed(x)).values()) {
            assertTrue(value > 0.6 && value < 1.3, () -> "singular value " + value);
        }
    }

    @Test
    void zerosStayZeros() {
        Matrix zeros = orthogonalized(new double[4][6], VectorKernels::new);
        for (int i = 0; i < zeros.size(); i++) {
            assertEquals(0, zeros.get(0, i));
        }
    }

    private static Matrix orthogonalized(double[][] x, Kernels.Factory factory) {
        Orthogonalization.Memory memory =
                new Orthogonalization.Memory(x.length * x[0].length, Math.min(x.length, x[0].length));
        Orthogonalization orthogonalization =
                new Orthogonalization(factory.create(Share.ALL), memory, x.length, x[0].length);
        Matrix matrix = orthogonalization.matrix();
        for (int row = 0; row < x.length; row++) {
            for (int col = 0; col < x[row].length; col++) {
                matrix.data()[matrix.rowAt(row) + col] = (float) x[row][col];
            }
        }
        orthogonalization.apply();
        return matrix;
    }

    private static double[][] expected(double[][] x) {
        boolean tall = x.length >= x[0].length;
        Decomposition parts = new Decomposition(tall ? x : transposed(x));
        double norm = 0;
        for (double value : parts.values()) {
            norm += value * value;
        }
        double[] values = parts.values();
        for (int i = 0; i < values.length; i++) {
            values[i] /= Math.sqrt(norm);
            for (int step = 0; step < 5; step++) {
                double square = values[i] * values[i];
                values[i] *= QUINTIC[0] + square * (QUINTIC[1] + square * QUINTIC[2]);
            }
        }
        double[][] product = parts.product(values);
        return tall ? product : transposed(product);
    }

    /** One-sided Jacobi (Hestenes 1958): columns are turned in pairs until all stand at right angles. */
    private static final class Decomposition {
        private final double[][] columns;
        private final double[][] right;
        private final double[] values;

        Decomposition(double[][] x) {
            columns = transposed(x);
            int n = columns.length;
            right = new double[n][n];
            for (int i = 0; i < n; i++) {
                right[i][i] = 1;
            }
            for (int sweep = 0; sweep < 60; sweep++) {
                for (int p = 0; p < n; p++) {
                    for (int q = p + 1; q < n; q++) {
                        turn(p, q);
                    }
                }
            }
            values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = Math.sqrt(dot(columns[i], columns[i]));
            }
        }

        double[] values() {
            return values.clone();
        }

        /** The matrix of the same vectors with other singular values. */
        double[][] product(double[] others) {
            double[][] product = new double[columns[0].length][columns.length];
            for (int i = 0; i < values.length; i++) {
                for (int row = 0; row < product.length; row++) {
                    for (int col = 0; col < columns.length; col++) {
                        product[row][col] += columns[i][row] / values[i] * others[i] * right[i][col];
                    }
                }
            }
            return product;
        }

        private void turn(int p, int q) {
            double between = dot(columns[p], columns[q]);
            if (Math.abs(between) < 1e-300) {
                return;
            }
            double zeta = (dot(columns[q], columns[q]) - dot(columns[p], columns[p])) / (2 * between);
            double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
            double cosine = 1 / Math.sqrt(1 + tangent * tangent);
            turn(columns, p, q, cosine, cosine * tangent);
            turn(right, p, q, cosine, cosine * tangent);
        }

        private static void turn(double[][] vectors, int p, int q, double cosine, double sine) {
            for (int i = 0; i < vectors[p].length; i++) {
                double first = vectors[p][i];
                double second = vectors[q][i];
                vectors[p][i] = cosine * first - sine * second;
                vectors[q][i] = sine * first + cosine * second;
            }
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }

    private static double[][] random(int rows, int cols) {
        SplittableRandom random = new SplittableRandom(100L * rows + cols);
        double[][] x = new double[rows][cols];
        for (double[] row : x) {
            for (int col = 0; col < cols; col++) {
                row[col] = (float) random.nextGaussian();
            }
        }
        return x;
    }

    private static double[][] doubles(Matrix matrix) {
        double[][] x = new double[matrix.rows()][matrix.cols()];
        for (int row = 0; row < x.length; row++) {
            for (int col = 0; col < x[row].length; col++) {
                x[row][col] = matrix.get(row, col);
            }
        }
        return x;
    }

    private static double[][] transposed(double[][] x) {
        double[][] t = new double[x[0].length][x.length];
        for (int row = 0; row < x.length; row++) {
            for (int col = 0; col < t.length; col++) {
                t[col][row] = x[row][col];
            }
        }
        return t;
    }
}
