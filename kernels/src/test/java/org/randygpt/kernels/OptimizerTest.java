package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.kernels.Kernels.AdamWState;

/** AdamW of the vector kernels against that of the reference, and of both against its formula. */
class OptimizerTest {

    static IntStream everySizeAndOneLarge() {
        return IntStream.concat(Blocks.sizes(), IntStream.of(5001));
    }

    @ParameterizedTest
    @MethodSource("everySizeAndOneLarge")
    void vectorUpdateAgreesWithTheReference(int cols) {
        for (int rows : new int[] {1, 2, 5}) {
            Blocks blocks = new Blocks(cols);
            assertAgrees(blocks, blocks.uniform(rows, cols));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, -1e30f, 1e-30f, 1e-40f, -0f, 0f, Float.NaN})
    void anExtremeGradientChangesItsWeightLikeTheReferenceAndNoOther(float extreme) {
        for (int at = 0; at < 2 * LANES + 1; at++) {
            Blocks blocks = new Blocks(at);
            Matrix gradients = blocks.uniform(1, 2 * LANES + 1);
            Blocks.set(gradients, 0, at, extreme);
            assertAgrees(blocks, gradients);
            KernelCall call = KernelCalls.adamW(blocks, gradients);
            for (int col = 0; col < gradients.cols(); col++) {
                assertEquals(
                        col == at && Float.isNaN(extreme),
                        Float.isNaN(call.expected().get(0, col)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWeightThatNeverHadAGradientOnlyDecays(Implementation implementation) {
        AdamWStep step = new AdamWStep(0.9f, 0.999f, 1e-8f);
        step.set(1, 0.5f, 1);
        Matrix zeros = Matrix.zeros(1, 2 * LANES + 1);
        AdamWState state =
                new AdamWState(new Blocks(1).filled(1, zeros.cols(), 8), zeros, Blocks.copy(zeros), Blocks.copy(zeros));
        implementation.alone().adamW(step, 0.25f, state);
        for (int col = 0; col < zeros.cols(); col++) {
            assertEquals(7, state.values().get(0, col));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tenUpdatesFollowTheFormulaInDouble(Implementation implementation) {
        int cols = LANES + 1;
        AdamWStep step = new AdamWStep(0.9f, 0.95f, 1e-8f);
        Blocks blocks = new Blocks(9);
        AdamWState state = new AdamWState(
                blocks.uniform(1, cols), blocks.uniform(1, cols), Matrix.zeros(1, cols), Matrix.zeros(1, cols));
        double[] weights = IntStream.range(0, cols)
                .mapToDouble(col -> state.values().get(0, col))
                .toArray();
        double[] first = new double[cols];
        double[] second = new double[cols];
        Kernels kernels = implementation.alone();
        for (int t = 1; t <= 10; t++) {
            double rate = 0.01 * t;
            step.set(t, (float) rate, 0.5f);
            for (int col = 0; col < cols; col++) {
                Blocks.set(state.gradients(), 0, col, (float) Math.sin(t * (col + 1)));
                double gradient = 0.5 * state.gradients().get(0, col);
                first[col] = 0.9 * first[col] + 0.1 * gradient;
                second[col] = 0.95 * second[col] + 0.05 * gradient * gradient;
                double mean = first[col] / (1 - Math.pow(0.9, t));
                double deviation = Math.sqrt(second[col] / (1 - Math.pow(0.95, t)));
                weights[col] = weights[col] * (1 - rate * 0.1) - rate * mean / (deviation + 1e-8);
            }
            kernels.adamW(step, 0.1f, state);
            for (int col = 0; col < cols; col++) {
                assertEquals(weights[col], state.values().get(0, col), 2e-6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNewWeightMovesByTheLearningRateAgainstItsGradient(Implementation implementation) {
        AdamWStep step = new AdamWStep(0.9f, 0.999f, 1e-8f);
        step.set(1, 0.125f, 1);
        for (float gradient : new float[] {1e-3f, -1e-3f, 10, -1e5f}) {
            AdamWState state = new AdamWState(
                    Matrix.zeros(1, 5), new Blocks(1).filled(1, 5, gradient), Matrix.zeros(1, 5), Matrix.zeros(1, 5));
            implementation.alone().adamW(step, 0, state);
            assertEquals(-0.125 * Math.signum(gradient), state.values().get(0, 3), 1e-5);
            assertFalse(Float.isNaN(state.values().get(0, 4)));
        }
    }

    private static void assertAgrees(Blocks blocks, Matrix gradients) {
        KernelCalls.adamW(blocks, gradients).assertVectorAgrees();
    }
}
