package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate of the vector kernels against that of the reference. */
class SwigluTest {
    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorGatesAgreeWithTheReference(int cols) {
        for (int rows : new int[] {1, 2, 3, 7}) {
            Blocks blocks = new Blocks(cols);
            assertAgrees(blocks, blocks.uniform(rows, 2 * cols, -6, 6));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, -1e30f, 100, -100, 18, -18, 88.72284f, -88.72284f, 1e-40f, -0f, Float.NaN})
    void anExtremeGateAgreesWithTheReferenceAndStaysAlone(float extreme) {
        int cols = LANES + 1;
        for (int at = 0; at < cols; at++) {
            Blocks blocks = new Blocks(at);
            Matrix x = blocks.uniform(2, 2 * cols);
            Blocks.set(x, 1, at, extreme);
            assertAgrees(blocks, x);
            Matrix out = KernelCalls.swiglu(blocks, x).expected();
            for (int i = 0; i < out.size(); i++) {
                assertEquals(i == cols + at && Float.isNaN(extreme), Float.isNaN(out.get(i / cols, i % cols)));
            }
        }
    }

    @Test
    void aGateLetsThroughWhatItsSigmoidSays() {
        Matrix x = new Matrix(new float[] {-3, -1, 0, 0.5f, 8, 2, -2, 5, 4, 0.25f}, 0, 1, 10);
        Matrix out = Matrix.zeros(1, 5);
        new ReferenceKernels(Share.ALL).swiglu(x, out);
        for (int i = 0; i < 5; i++) {
            double gate = x.get(0, i);
            assertEquals(gate / (1 + Math.exp(-gate)) * x.get(0, 5 + i), out.get(0, i), 1e-6);
        }
    }

    private static void assertAgrees(Blocks blocks, Matrix x) {
        KernelCalls.swiglu(blocks, x).assertVectorAgrees();
        for (Store store : Store.values()) {
            KernelCalls.swigluBackward(blocks, x, store).assertVectorAgrees();
        }
    }
}
