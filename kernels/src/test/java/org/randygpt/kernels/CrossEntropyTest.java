package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss of the vector kernels against that of the reference. */
class CrossEntropyTest {
    private static final int[] ROWS = {1, 2, 5};

    static IntStream everySizeAndSomeLarge() {
        return IntStream.concat(Blocks.sizes(), IntStream.of(67, 1000, 5003));
    }

    @ParameterizedTest
    @MethodSource("everySizeAndSomeLarge")
    void vectorLossAgreesWithTheReference(int vocabulary) {
        for (int rows : ROWS) {
            Blocks blocks = new Blocks(vocabulary);
            assertAgrees(blocks, blocks.uniform(rows, vocabulary, -12, 12));
        }
    }

    static Stream<Float> extremes() {
        return Stream.of(
                1e30f,
                -1e30f,
                1000f,
                -1000f,
                88.5f,
                -88.5f,
                1e-40f,
                -0f,
                Float.NEGATIVE_INFINITY,
                Float.NaN,
                Blocks.MARKED_NAN);
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void oneExtremeLogitGivesTheLossOfTheReferenceInItsRowAlone(float extreme) {
        for (int vocabulary : new int[] {2, LANES - 1, LANES, 2 * LANES + 1}) {
            for (int col = 0; col < vocabulary; col++) {
                Blocks blocks = new Blocks(col);
                Matrix logits = blocks.uniform(3, vocabulary);
                Blocks.set(logits, 1, col, extreme);
                assertAgrees(blocks, logits);
                Matrix losses = KernelCalls.crossEntropy(blocks, logits).expected();
                for (int row = 0; row < 3; row++) {
                    assertEquals(row == 1 && Float.isNaN(extreme), Float.isNaN(losses.get(row, 0)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, -1e30f, 1e5f, -1e5f, 3e38f, -3e38f, 1e-40f, -0f})
    void equalLogitsOfAnySizeAreEquallyLikely(float level) {
        for (int vocabulary : new int[] {1, LANES - 1, LANES, 2 * LANES + 1}) {
            Blocks blocks = new Blocks(vocabulary);
            assertAgrees(blocks, blocks.filled(2, vocabulary, level));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLossOfEqualLogitsIsTheLogarithmOfTheVocabulary(Implementation implementation) {
        Matrix losses = Matrix.zeros(2, 1);
        Matrix logits = new Blocks(1).filled(2, 67, 0.25f);
        implementation.alone().crossEntropy(logits, new int[] {0, 66}, losses, Matrix.zeros(2, 1));
        assertEquals(Math.log(67), losses.get(0, 0), 1e-6);
        assertEquals(Math.log(67), losses.get(1, 0), 1e-6);
    }

    @Test
    void theGradientOfARowSumsToZero() {
        for (Implementation implementation : Implementation.values()) {
            Blocks blocks = new Blocks(2);
            Matrix logits = blocks.uniform(1, 70, -5, 5);
            Matrix dLogits = KernelCalls.crossEntropyBackward(blocks, logits, Store.REPLACE)
                    .on(implementation.alone())
                    .getFirst();
            assertEquals(0, Blocks.dot(dLogits, blocks.filled(1, 70, 1)), 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void rowsWithoutATargetHaveNoLossAndAddNoGradient(int vocabulary) {
        Blocks blocks = new Blocks(vocabulary);
        Matrix logits = blocks.uniform(4, vocabulary, -12, 12);
        int[] targets = {-1, vocabulary - 1, -1, 0};
        KernelCalls.crossEntropy(blocks, logits, targets).assertVectorAgrees();
        for (Implementation implementation : Implementation.values()) {
            Matrix losses = KernelCalls.crossEntropy(blocks, logits, targets)
                    .on(implementation.alone())
                    .getFirst();
            Matrix full = KernelCalls.crossEntropy(blocks, logits, new int[] {0, vocabulary - 1, 0, 0})
                    .on(implementation.alone())
                    .getFirst();
            for (int row = 0; row < 4; row++) {
                assertEquals(row % 2 == 0 ? 0 : full.get(row, 0), losses.get(row, 0));
            }
        }
        for (Store store : Store.values()) {
            KernelCall call = KernelCalls.crossEntropyBackward(blocks, logits, targets, store);
            call.assertVectorAgrees();
            for (Implementation implementation : Implementation.values()) {
                Matrix dLogits = call.on(implementation.alone()).getFirst();
                for (int col = 0; col < vocabulary; col++) {
                    float before = store == Store.REPLACE
                            ? 0
                            : call.outputs().getFirst().get(0, col);
                    assertEquals(before, dLogits.get(0, col));
                }
            }
        }
    }

    private static void assertAgrees(Blocks blocks, Matrix logits) {
        KernelCalls.crossEntropy(blocks, logits).assertVectorAgrees();
        for (Store store : Store.values()) {
            KernelCalls.crossEntropyBackward(blocks, logits, store).assertVectorAgrees();
        }
    }
}
