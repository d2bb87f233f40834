package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.kernels.Blocks.Tolerance;

/**
 * The norms of the vector kernels against those of the reference. C roundings in a sum are expected to add up like √C
 * of them, each relative to the largest number of the row.
 */
class NormsTest {
    private static final int[] ROWS = {1, 2, 5};

    static IntStream everySizeAndSomeLarge() {
        return IntStream.concat(Blocks.sizes(), IntStream.of(384, 768, 1023));
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorLayerNormAgreesWithTheReference(int cols) {
        for (int rows : ROWS) {
            Blocks blocks = new Blocks(cols);
            assertLayerNormAgrees(blocks, blocks.uniform(rows, cols, -3, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorLayerNormBackwardAgreesWithTheReference(int cols) {
        for (int rows : ROWS) {
            for (Store store : Store.values()) {
                Blocks blocks = new Blocks(cols);
                assertLayerNormBackwardAgrees(
                        blocks, blocks.uniform(rows, cols, -3, 3), blocks.uniform(rows, cols), store);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorLayerNormGradientsAgreeWithTheReference(int cols) {
        for (int rows : new int[] {1, 2, 5, 100}) {
            Blocks blocks = new Blocks(cols);
            assertLayerNormGradientsAgree(blocks, blocks.uniform(rows, cols, -3, 3), blocks.uniform(rows, cols));
        }
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorRmsNormAgreesWithTheReference(int cols) {
        for (int rows : ROWS) {
            Blocks blocks = new Blocks(cols);
            assertRmsNormAgrees(blocks, blocks.uniform(rows, cols, -3, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorRmsNormBackwardAgreesWithTheReference(int cols) {
        for (int rows : ROWS) {
            for (Store store : Store.values()) {
                Blocks blocks = new Blocks(cols);
                assertRmsNormBackwardAgrees(
                        blocks, blocks.uniform(rows, cols, -3, 3), blocks.uniform(rows, cols), store);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 50})
    void notANumberReachesExactlyItsRowOfANorm(int cols) {
        for (int row = 0; row < 4; row++) {
            Blocks blocks = new Blocks(row);
            Matrix x = blocks.uniform(4, cols);
            Matrix dOut = blocks.uniform(4, cols);
            Matrix sound = blocks.uniform(4, cols);
            Blocks.set(x, row, blocks.below(cols), Float.NaN);
            Blocks.set(dOut, (row + 1) % 4, blocks.below(cols), Float.NaN);
            assertLayerNormAgrees(blocks, x);
            assertRmsNormAgrees(blocks, x);
            assertLayerNormBackwardAgrees(blocks, x, dOut, Store.REPLACE);
            assertLayerNormBackwardAgrees(blocks, sound, dOut, Store.ADD);
            assertRmsNormBackwardAgrees(blocks, x, dOut, Store.REPLACE);
            assertRmsNormBackwardAgrees(blocks, sound, dOut, Store.ADD);
            assertLayerNormGradientsAgree(blocks, sound, dOut);
            Matrix normalized = KernelCalls.layerNorm(blocks, x).expected();
            for (int i = 0; i < normalized.size(); i++) {
                assertEquals(i / cols == row, Float.isNaN(normalized.get(i / cols, i % cols)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e15f, -1e15f, 1e-15f, 1e-40f, -0f, Float.MIN_VALUE})
    void normsOfHugeAndTinyNumbersAgreeWithTheReference(float scale) {
        for (int cols : new int[] {1, 2, LANES, 2 * LANES + 3}) {
            Blocks blocks = new Blocks(cols);
            Matrix x = blocks.uniform(3, cols);
            for (int i = 0; i < x.size(); i++) {
                x.data()[x.offset() + i] *= scale;
            }
            assertLayerNormAgrees(blocks, x);
            assertRmsNormAgrees(blocks, x);
            assertLayerNormBackwardAgrees(blocks, x, blocks.uniform(3, cols), Store.REPLACE);
            assertRmsNormBackwardAgrees(blocks, x, blocks.uniform(3, cols), Store.REPLACE);
        }
    }

    @Test
    void layerNormOfARowFarFromZeroKeepsItsDigits() {
        // The variance as mean of squares minus square of mean would be wrong in its first digit.
        for (int cols : new int[] {5, LANES, 64, 385}) {
            Blocks blocks = new Blocks(cols);
            KernelCall call = KernelCalls.layerNorm(blocks, blocks.uniform(3, cols, 999, 1001));
            call.assertVectorAgrees(Tolerance.of(2e-3), Tolerance.of(2e-3));
        }
    }

    @Test
    void aNormalizedRowHasMeanZeroAndMeanSquareOne() {
        for (Implementation implementation : Implementation.values()) {
            int cols = 2 * LANES + 3;
            Matrix x = new Blocks(3).uniform(4, cols, -1, 5);
            Matrix ones = new Blocks(3).filled(1, cols, 1);
            Matrix out = Matrix.zeros(4, cols);
            implementation.alone().layerNorm(x, ones, Matrix.zeros(1, cols), 0, out, Matrix.zeros(4, 2));
            assertEquals(0, Blocks.dot(out, new Blocks(3).filled(4, cols, 1)), 1e-4);
            assertEquals(out.size(), Blocks.dot(out, out), 1e-3);
            implementation.alone().rmsNorm(x, 0, out, Matrix.zeros(4, 1));
            assertEquals(out.size(), Blocks.dot(out, out), 1e-3);
        }
    }

    private static void assertLayerNormAgrees(Blocks blocks, Matrix x) {
        KernelCall call = KernelCalls.layerNorm(blocks, x);
        Matrix statistics = KernelCalls.statistics(blocks, x);
        double rounding = rounding(x.cols());
        call.assertVectorAgrees(
                // The centred numbers are off by the rounding of x, and gain and bias are not above 1.
                element -> {
                    int row = element / x.cols();
                    return rounding * (1 + Blocks.largest(x, row) * statistics.get(row, 1));
                },
                element -> {
                    int row = element / 2;
                    double largest = Blocks.largest(x, row);
                    double inverse = statistics.get(row, 1);
                    return rounding * (element % 2 == 0 ? largest : inverse * (1 + largest * inverse));
                });
    }

    private static void assertLayerNormBackwardAgrees(Blocks blocks, Matrix x, Matrix dOut, Store store) {
        Matrix statistics = KernelCalls.statistics(blocks, x);
        KernelCall call = KernelCalls.layerNormBackward(blocks, x, statistics, dOut, store);
        call.assertVectorAgrees(element -> {
            int row = element / x.cols();
            double inverse = statistics.get(row, 1);
            double largest = Blocks.largest(x, row) * inverse;
            double normalized = Math.min(largest, Math.sqrt(x.cols()));
            // dOut, gain and the numbers that are added to are not above 1.
            return rounding(x.cols()) * (1 + inverse * (2 + normalized * normalized + normalized * largest));
        });
    }

    private static void assertLayerNormGradientsAgree(Blocks blocks, Matrix x, Matrix dOut) {
        Matrix statistics = KernelCalls.statistics(blocks, x);
        KernelCall call = KernelCalls.layerNormGradients(blocks, x, statistics, dOut);
        double largest = IntStream.range(0, x.rows())
                .mapToDouble(row -> 2 * Blocks.largest(x, row) * statistics.get(row, 1))
                .sum();
        call.assertVectorAgrees(
                Tolerance.of(rounding(x.rows()) * (1 + largest)), Tolerance.of(rounding(x.rows()) * (1 + x.rows())));
    }

    private static void assertRmsNormAgrees(Blocks blocks, Matrix x) {
        KernelCall call = KernelCalls.rmsNorm(blocks, x);
        List<Matrix> expected = call.on(new ReferenceKernels(Share.ALL));
        call.assertVectorAgrees(
                Tolerance.ofElement(rounding(x.cols()), expected.get(0)),
                Tolerance.ofElement(rounding(x.cols()), expected.get(1)));
    }

    private static void assertRmsNormBackwardAgrees(Blocks blocks, Matrix x, Matrix dOut, Store store) {
        Matrix inverseRms = KernelCalls.inverseRms(blocks, x);
        KernelCall call = KernelCalls.rmsNormBackward(blocks, x, inverseRms, dOut, store);
        call.assertVectorAgrees(element -> {
            int row = element / x.cols();
            double inverse = inverseRms.get(row, 0);
            double normalized = Blocks.largest(x, row) * inverse;
            return rounding(x.cols()) * (1 + inverse * (1 + normalized * normalized));
        });
    }

    private static double rounding(int terms) {
        return (4 + Math.sqrt(terms)) * 0x1p-23;
    }
}
