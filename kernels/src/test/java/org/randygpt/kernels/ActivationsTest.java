package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The activations of the vector kernels against those of the reference. */
class ActivationsTest {
    private static final float[] EXTREMES = {
        1e30f,
        -1e30f,
        1e15f,
        -1e15f,
        100,
        -100,
        20,
        -20,
        10,
        -10,
        9,
        -9,
        1e-6f,
        1e-40f,
        -1e-40f,
        Float.MIN_VALUE,
        -0f,
        0f,
        Float.NaN,
        Blocks.MARKED_NAN
    };

    static Stream<Arguments> everySize() {
        return Stream.of(Activation.values()).flatMap(f -> Blocks.sizes().mapToObj(size -> Arguments.of(f, size)));
    }

    @ParameterizedTest
    @MethodSource("everySize")
    void vectorActivationsAgreeWithTheReference(Activation f, int cols) {
        for (int rows : new int[] {1, 2, 3, 7}) {
            Blocks blocks = new Blocks(cols);
            assertForwardAgrees(blocks, f, blocks.uniform(rows, cols, -6, 6));
        }
    }

    @ParameterizedTest
    @MethodSource("everySize")
    void vectorDerivativesAgreeWithTheReference(Activation f, int cols) {
        for (int rows : new int[] {1, 2, 3, 7}) {
            Blocks blocks = new Blocks(cols);
            assertBackwardAgrees(blocks, f, blocks.uniform(rows, cols, -6, 6));
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorActivationsAgreeWithTheReferenceFromMinusToPlusTwelve(Activation f) {
        Blocks blocks = new Blocks(1);
        Matrix x = blocks.uniform(1, 24_001);
        for (int i = 0; i < x.cols(); i++) {
            Blocks.set(x, 0, i, (i - 12_000) / 1000f);
        }
        assertForwardAgrees(blocks, f, x);
        assertBackwardAgrees(blocks, f, x);
    }

    @ParameterizedTest
    @EnumSource
    void anExtremeNumberIsActivatedLikeTheReferenceAndAlone(Activation f) {
        for (float extreme : EXTREMES) {
            for (int at = 0; at < 2 * LANES + 1; at++) {
                Blocks blocks = new Blocks(at);
                Matrix x = blocks.uniform(1, 2 * LANES + 1);
                Blocks.set(x, 0, at, extreme);
                assertForwardAgrees(blocks, f, x);
                assertBackwardAgrees(blocks, f, x);
                Matrix out = KernelCalls.activation(blocks, f, x).expected();
                for (int i = 0; i < x.cols(); i++) {
                    assertEquals(i == at && Float.isNaN(extreme), Float.isNaN(out.get(0, i)));
                }
            }
        }
    }

    @Test
    void theReferenceGivesTheKnownValuesOfItsFormulas() {
        Matrix x = Matrix.row(new float[] {-3, -1, -0.5f, 0, 0.5f, 1, 3});
        Matrix out = Matrix.zeros(1, 7);
        Kernels reference = new ReferenceKernels(Share.ALL);
        reference.activation(Activation.GELU, x, out);
        float[] gelu = {-0.00363739f, -0.15880802f, -0.15428598f, 0, 0.34571401f, 0.841192f, 2.9963627f};
        float[] squares = {0, 0, 0, 0, 0.25f, 1, 9};
        for (int i = 0; i < 7; i++) {
            assertEquals(gelu[i], out.get(0, i), 2e-7);
        }
        reference.activation(Activation.SQUARED_RELU, x, out);
        for (int i = 0; i < 7; i++) {
            assertEquals(squares[i], out.get(0, i));
        }
    }

    private static void assertForwardAgrees(Blocks blocks, Activation f, Matrix x) {
        KernelCalls.activation(blocks, f, x).assertVectorAgrees();
    }

    private static void assertBackwardAgrees(Blocks blocks, Activation f, Matrix x) {
        for (Store store : Store.values()) {
            KernelCalls.activationBackward(blocks, f, x, store).assertVectorAgrees();
        }
    }
}
