package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The norms of the vector kernels against those of the reference. */
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
    @MethodSource("everySizeAndSomeLarge")
    void vectorGradientOfTheGainOfARmsNormAgreesWithTheReference(int cols) {
        for (int rows : new int[] {1, 2, 5, 100}) {
            Blocks blocks = new Blocks(cols);
            assertRmsNormGradientAgrees(blocks, blocks.uniform(rows, cols, -3, 3), blocks.uniform(rows, cols));
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorNormsOfHeadsAgreeWithTheReference(int headSize) {
        for (int keyValueHeads : new int[] {1, 2}) {
            AttentionShape shape = new AttentionShape(2, 3, 4, keyValueHeads, headSize);
            KernelCalls.headRmsNorm(new Blocks(headSize), shape).assertVectorAgrees();
            KernelCalls.headRmsNormGradients(new Blocks(headSize), shape).assertVectorAgrees();
            for (Store store : Store.values()) {
                KernelCalls.headRmsNormBackward(new Blocks(headSize), shape, store)
                        .assertVectorAgrees();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 17})
    void aNormOfHeadsIsThatOfEachHeadAndLeavesValuesAlone(int size) {
        AttentionShape shape = new AttentionShape(1, 2, 4, 2, size);
        for (Implementation implementation : Implementation.values()) {
            Blocks blocks = new Blocks(size);
            Matrix qkv = blocks.uniform(2, shape.qkvWidth(), -3, 3);
            Matrix gains = blocks.uniform(2, size);
            Matrix queryGain = new Matrix(gains.data(), gains.rowAt(0), 1, size);
            Matrix keyGain = new Matrix(gains.data(), gains.rowAt(1), 1, size);
            Matrix out = Matrix.zeros(2, shape.qkvWidth());
            implementation.alone().headRmsNorm(shape, qkv, gains, KernelCalls.EPSILON, out, Matrix.zeros(2, 6));
            Matrix heads = new Matrix(qkv.data(), qkv.offset(), 16, size);
            Matrix queries = Matrix.zeros(16, size);
            Matrix keys = Matrix.zeros(16, size);
            Kernels alone = implementation.alone();
            alone.scaledRmsNorm(heads, queryGain, KernelCalls.EPSILON, queries, Matrix.zeros(16, 1));
            alone.scaledRmsNorm(heads, keyGain, KernelCalls.EPSILON, keys, Matrix.zeros(16, 1));
            for (int i = 0; i < out.size(); i++) {
                int head = i / size % 8;
                Matrix expected = head < 4 ? queries : head < 6 ? keys : heads;
                assertEquals(expected.get(i / size, i % size), out.data()[out.offset() + i]);
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
            assertRmsNormGradientAgrees(blocks, sound, dOut);
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
        KernelCalls.layerNorm(blocks, x).assertVectorAgrees();
    }

    private static void assertLayerNormBackwardAgrees(Blocks blocks, Matrix x, Matrix dOut, Store store) {
        Matrix statistics = KernelCalls.statistics(blocks, x);
        KernelCalls.layerNormBackward(blocks, x, statistics, dOut, store).assertVectorAgrees();
    }

    private static void assertLayerNormGradientsAgree(Blocks blocks, Matrix x, Matrix dOut) {
        Matrix statistics = KernelCalls.statistics(blocks, x);
        KernelCalls.layerNormGradients(blocks, x, statistics, dOut).assertVectorAgrees();
    }

    private static void assertRmsNormAgrees(Blocks blocks, Matrix x) {
        KernelCalls.rmsNorm(blocks, x).assertVectorAgrees();
        KernelCalls.scaledRmsNorm(blocks, x).assertVectorAgrees();
    }

    private static void assertRmsNormBackwardAgrees(Blocks blocks, Matrix x, Matrix dOut, Store store) {
        Matrix inverseRms = KernelCalls.inverseRms(blocks, x);
        KernelCalls.rmsNormBackward(blocks, x, inverseRms, dOut, store).assertVectorAgrees();
        KernelCalls.scaledRmsNormBackward(blocks, x, inverseRms, dOut, store).assertVectorAgrees();
    }

    private static void assertRmsNormGradientAgrees(Blocks blocks, Matrix x, Matrix dOut) {
        Matrix inverseRms = KernelCalls.inverseRms(blocks, x);
        KernelCalls.scaledRmsNormGradient(blocks, x, inverseRms, dOut).assertVectorAgrees();
    }
}
