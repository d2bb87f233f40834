package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums, copies and look-ups of the vector kernels against those of the reference. */
class RowsTest {
    private static final int[] ROWS = {1, 2, 3, 5, 9, 40};
    private static final float[] EXTREMES = {
        1e30f, -1e30f, 1e-40f, -1e-40f, Float.MIN_VALUE, -0f, 0f, Float.NaN, Float.POSITIVE_INFINITY
    };

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorGradientsOfAnAffineMapAgreeWithTheReference(int cols) {
        for (int rows : ROWS) {
            KernelCalls.affineGradients(new Blocks(cols), rows, cols).assertVectorAgrees();
        }
        KernelCalls.affineGradients(new Blocks(cols), 1000, cols).assertVectorAgrees();
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorElementByElementCallsGiveTheBitsOfTheReference(int cols) {
        for (int rows : ROWS) {
            KernelCalls.clear(new Blocks(rows), rows, cols).assertVectorAgrees();
            KernelCalls.add(new Blocks(rows), rows, cols).assertVectorAgrees();
            for (Store store : Store.values()) {
                KernelCalls.copy(new Blocks(rows), rows, cols, store).assertVectorAgrees();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorLookUpsGiveTheBitsOfTheReference(int cols) {
        for (int rows : ROWS) {
            for (Store store : Store.values()) {
                KernelCalls.gatherRows(new Blocks(rows), rows, cols, store).assertVectorAgrees();
            }
            KernelCalls.scatterRows(new Blocks(rows), rows, cols).assertVectorAgrees();
        }
    }

    @Test
    void vectorSumsAndCopiesKeepExtremeNumbersWhereTheyAre() {
        int cols = 3 * LANES + 1;
        for (int col = 0; col < cols; col++) {
            for (float extreme : EXTREMES) {
                Blocks blocks = new Blocks(col);
                Matrix x = blocks.uniform(3, cols);
                Matrix other = blocks.uniform(3, cols);
                Blocks.set(x, 1, col, extreme);
                int[] indices = {2, 1, 1};
                List<Matrix> out = List.of(blocks.uniform(3, cols));
                new KernelCall("add", blocks, out, (k, o) -> k.add(x, other, o.getFirst())).assertVectorAgrees();
                new KernelCall("clear", blocks, List.of(x), (k, o) -> k.clear(o.getFirst())).assertVectorAgrees();
                for (Store store : Store.values()) {
                    new KernelCall("copy", blocks, out, (k, o) -> k.copy(x, o.getFirst(), store)).assertVectorAgrees();
                    new KernelCall("gatherRows", blocks, out, (k, o) -> k.gatherRows(indices, x, o.getFirst(), store))
                            .assertVectorAgrees();
                }
                new KernelCall("scatterRows", blocks, out, (k, o) -> k.scatterRows(indices, x, o.getFirst()))
                        .assertVectorAgrees();
                List<Matrix> row = List.of(blocks.uniform(1, cols));
                Matrix zeros = blocks.filled(3, 2, 0);
                List<Matrix> gradients = List.of(blocks.uniform(2, cols), row.getFirst());
                new KernelCall(
                                "affineGradients",
                                blocks,
                                gradients,
                                (k, o) -> k.affineGradients(zeros, x, o.getFirst(), o.getLast()))
                        .assertVectorAgrees();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 50, 100, 4095, 4096, 4097, 8191, 8192, 8193, 50_000})
    void vectorSumOfSquaresAgreesWithTheReference(int size) {
        for (int rows : new int[] {1, 3}) {
            Blocks blocks = new Blocks(size);
            KernelCalls.sumSquares(blocks, blocks.uniform(rows, size)).assertVectorAgrees();
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorSumOfSquaresAgreesWithTheReferenceForShortLastChunks(int rest) {
        Blocks blocks = new Blocks(rest);
        KernelCalls.sumSquares(blocks, blocks.uniform(1, Kernels.SQUARES_CHUNK + rest))
                .assertVectorAgrees();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, 1e30f, -1e30f, 1e-40f, -0f, 1e15f, Float.NEGATIVE_INFINITY})
    void anExtremeNumberChangesTheSumOfSquaresOfItsChunkAlone(float extreme) {
        for (int at : new int[] {0, 1, LANES, 4095, 4096, 4097, 8192, 9000}) {
            Blocks blocks = new Blocks(at);
            Matrix x = blocks.uniform(1, 9001);
            Blocks.set(x, 0, at, extreme);
            KernelCall call = KernelCalls.sumSquares(blocks, x);
            call.assertVectorAgrees();
            for (int chunk = 0; chunk < 3; chunk++) {
                boolean mine = chunk == at / Kernels.SQUARES_CHUNK;
                assertEquals(
                        mine && Float.isNaN(extreme),
                        Float.isNaN(call.expected().get(0, chunk)));
            }
        }
    }

    @Test
    void scatteringUndoesWhatGatheringDoesToADotProduct() {
        // <gather(table), y> = <table, scatter(y)>: one is the transpose of the other.
        for (Implementation implementation : Implementation.values()) {
            Kernels kernels = implementation.alone();
            Blocks blocks = new Blocks(5);
            Matrix table = blocks.uniform(6, 2 * LANES + 1);
            Matrix y = blocks.uniform(20, table.cols());
            int[] rows = blocks.indices(20, 6);
            Matrix gathered = Matrix.zeros(20, table.cols());
            Matrix scattered = Matrix.zeros(6, table.cols());
            kernels.gatherRows(rows, table, gathered, Store.REPLACE);
            kernels.scatterRows(rows, y, scattered);
            assertEquals(Blocks.dot(gathered, y), Blocks.dot(table, scattered), 1e-4);
        }
    }
}
