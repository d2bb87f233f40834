package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.kernels.MatmulTest.Problem;
import org.randygpt.kernels.MatmulTest.Product;

/**
 * The reference against its formulas in double. Roundings in a sum of n terms are expected to add up like √n of them,
 * each relative to a sum that is no larger than that of the magnitudes.
 */
class AccuracyTest {
    private static final int ROWS = 5;
    private static final int COLS = 385;

    private final Blocks blocks = new Blocks(8);

    @ParameterizedTest
    @EnumSource
    void aProductIsThatOfDoublesGiveOrTakeItsRoundings(Product product) {
        for (int rows : new int[] {1, ROWS}) {
            for (int depth : new int[] {1, 17, 1025}) {
                Problem problem = Problem.random(product, rows, depth, 7);
                Matrix out = problem.call().expected();
                for (int i = 0; i < out.size(); i++) {
                    int row = i / 7;
                    int col = i % 7;
                    double start = product.start(problem, row, col);
                    double sum = start;
                    double magnitude = Math.abs(start);
                    for (int k = 0; k < depth; k++) {
                        double term =
                                (double) product.getLeft(problem.a(), row, k) * product.getRight(problem.b(), k, col);
                        sum += term;
                        magnitude += Math.abs(term);
                    }
                    assertEquals(sum, out.get(row, col), (2 + Math.sqrt(depth)) * 0x1p-23 * magnitude);
                }
            }
        }
    }

    @Test
    void theGradientOfABiasIsTheSumOfDoublesGiveOrTakeItsRoundings() {
        Matrix dOut = blocks.uniform(1000, 3);
        Matrix dBias = Matrix.zeros(1, 3);
        new ReferenceKernels(Share.ALL).affineGradients(Matrix.zeros(1000, 2), dOut, Matrix.zeros(2, 3), dBias);
        for (int i = 0; i < 3; i++) {
            int col = i;
            double sum = IntStream.range(0, 1000)
                    .mapToDouble(row -> dOut.get(row, col))
                    .sum();
            assertEquals(sum, dBias.get(0, col), (2 + Math.sqrt(1000)) * 0x1p-23 * 1000);
        }
    }

    @Test
    void geluAndItsDerivativeAreThoseOfDoubles() {
        DoubleUnaryOperator tanh = x -> Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
        Kernels reference = new ReferenceKernels(Share.ALL);
        Matrix x = Matrix.zeros(1, 24_001);
        for (int i = 0; i < x.cols(); i++) {
            Blocks.set(x, 0, i, (i - 12_000) / 1000f);
        }
        Matrix out = Matrix.zeros(1, x.cols());
        Matrix dX = Matrix.zeros(1, x.cols());
        reference.activation(Activation.GELU, x, out);
        Matrix again = Matrix.zeros(1, x.cols());
        reference.activationBackward(Activation.GELU, x, blocks.filled(1, x.cols(), 1), dX, Store.REPLACE, again);
        assertArrayEquals(out.data(), again.data());
        for (int i = 0; i < x.cols(); i++) {
            double value = x.get(0, i);
            double t = tanh.applyAsDouble(value);
            // The factor 1 + tanh may lose its digits where tanh is near -1, but not more than these.
            assertEquals(value / 2 * (1 + t), out.get(0, i), 1e-6 * Math.abs(value));
            double inner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * value * value);
            // At |x| near 4, x · (1 - tanh²) · du/dx magnifies the rounding of tanh tenfold.
            assertEquals((1 + t) / 2 + value / 2 * (1 - t * t) * inner, dX.get(0, i), 4e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1000})
    void aLayerNormIsThatOfDoubles(double mean) {
        // Of rows far from zero, the mean of squares minus the square of the mean would be wrong in its first digit.
        Matrix x = blocks.uniform(ROWS, COLS, mean - 1, mean + 1);
        Matrix ones = blocks.filled(1, COLS, 1);
        Matrix out = Matrix.zeros(ROWS, COLS);
        Matrix statistics = Matrix.zeros(ROWS, 2);
        new ReferenceKernels(Share.ALL).layerNorm(x, ones, Matrix.zeros(1, COLS), KernelCalls.EPSILON, out, statistics);
        double allowed = rounding() * 3 * (1 + mean);
        for (int i = 0; i < ROWS; i++) {
            int row = i;
            double exact = row(x, row, value -> value) / COLS;
            double variance = row(x, row, value -> (value - exact) * (value - exact)) / COLS;
            double inverse = 1 / Math.sqrt(variance + KernelCalls.EPSILON);
            assertEquals(exact, statistics.get(row, 0), allowed);
            assertEquals(inverse, statistics.get(row, 1), allowed);
            for (int col = 0; col < COLS; col++) {
                assertEquals((x.get(row, col) - exact) * inverse, out.get(row, col), allowed);
            }
        }
    }

    @Test
    void aRootMeanSquareNormIsThatOfDoubles() {
        Matrix x = blocks.uniform(ROWS, COLS, -3, 3);
        Matrix out = Matrix.zeros(ROWS, COLS);
        new ReferenceKernels(Share.ALL).rmsNorm(x, KernelCalls.EPSILON, out, Matrix.zeros(ROWS, 1));
        for (int row = 0; row < ROWS; row++) {
            double inverse = 1 / Math.sqrt(row(x, row, value -> value * value) / COLS + KernelCalls.EPSILON);
            for (int col = 0; col < COLS; col++) {
                double exact = x.get(row, col) * inverse;
                assertEquals(exact, out.get(row, col), rounding() * Math.abs(exact));
            }
        }
    }

    @Test
    void aLossAndItsGradientAreThoseOfDoubles() {
        Matrix logits = blocks.uniform(ROWS, COLS, -12, 12);
        int[] targets = blocks.indices(ROWS, COLS);
        Matrix losses = Matrix.zeros(ROWS, 1);
        Matrix logSumExp = Matrix.zeros(ROWS, 1);
        Matrix dLogits = Matrix.zeros(ROWS, COLS);
        Kernels reference = new ReferenceKernels(Share.ALL);
        reference.crossEntropy(logits, targets, losses, logSumExp);
        reference.crossEntropyBackward(logits, targets, logSumExp, dLogits, Store.REPLACE);
        for (int row = 0; row < ROWS; row++) {
            double logSum = Math.log(row(logits, row, Math::exp));
            assertEquals(logSum, logSumExp.get(row, 0), rounding() * 12);
            assertEquals(logSum - logits.get(row, targets[row]), losses.get(row, 0), rounding() * 24);
            for (int col = 0; col < COLS; col++) {
                double probability = Math.exp(logits.get(row, col) - logSum);
                double one = col == targets[row] ? 1 : 0;
                // The roundings of the logit and of the logarithm become relative errors of the probability.
                assertEquals((probability - one) / ROWS, dLogits.get(row, col), 0x1p-23 * (one + 32 * probability));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 4096})
    void aSumOfSquaresIsThatOfDoubles(int size) {
        Matrix x = blocks.uniform(1, size);
        double exact = row(x, 0, value -> value * value);
        float sum = KernelCalls.sumSquares(blocks, x).expected().get(0, 0);
        assertEquals(exact, sum, (2 + Math.sqrt(size)) * 0x1p-23 * exact);
    }

    private static double rounding() {
        return (4 + Math.sqrt(COLS)) * 0x1p-23;
    }

    private static double row(Matrix x, int row, DoubleUnaryOperator term) {
        return IntStream.range(0, x.cols())
                .mapToDouble(col -> term.applyAsDouble(x.get(row, col)))
                .sum();
    }
}
