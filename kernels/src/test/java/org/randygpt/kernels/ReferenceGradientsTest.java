package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.DoublePredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The backward kernels of the reference against differences of its forward kernels.
 *
 * <p>The scalar is the sum of the output times fixed weights, which are then the gradient of the output. A difference
 * over four points is exact up to the fourth power of the step, so that the step can be large against the rounding of
 * the outputs to float.
 */
class ReferenceGradientsTest {
    private static final float STEP = 0x1p-5f;

    private static final double TOLERANCE = 2e-4;

    private final Kernels kernels = new ReferenceKernels(Share.ALL);
    private final Blocks blocks = new Blocks(11);

    @Test
    void productsOfTheOutputGradientWithEitherSideAreTheGradientsOfAMatmul() {
        Matrix a = blocks.uniform(4, 6);
        Matrix b = blocks.uniform(6, 5);
        Matrix dOut = blocks.uniform(4, 5);
        Matrix dA = Matrix.zeros(4, 6);
        Matrix dB = Matrix.zeros(6, 5);
        kernels.matmulTransB(dOut, b, dA, Store.REPLACE);
        kernels.matmulTransA(a, dOut, dB, Store.REPLACE);
        Supplier<Matrix> product = () -> {
            Matrix out = Matrix.zeros(4, 5);
            kernels.matmul(a, b, out, Store.REPLACE);
            return out;
        };
        assertGradient(a, product, dOut, dA);
        assertGradient(b, product, dOut, dB);
    }

    @Test
    void theSumOfRowsIsTheGradientOfABias() {
        Matrix a = blocks.uniform(4, 6);
        Matrix b = blocks.uniform(6, 5);
        Matrix bias = blocks.uniform(1, 5);
        Matrix dOut = blocks.uniform(4, 5);
        Matrix dBias = Matrix.zeros(1, 5);
        kernels.affineGradients(a, dOut, Matrix.zeros(6, 5), dBias);
        assertGradient(
                bias,
                () -> {
                    Matrix out = Matrix.zeros(4, 5);
                    kernels.matmulBias(a, b, bias, out);
                    return out;
                },
                dOut,
                dBias);
    }

    @Test
    void scatteredRowsAreTheGradientOfGatheredRows() {
        Matrix table = blocks.uniform(5, 3);
        int[] rows = {4, 1, 1, 0, 4, 4};
        Matrix dOut = blocks.uniform(6, 3);
        Matrix dTable = Matrix.zeros(5, 3);
        kernels.scatterRows(rows, dOut, dTable);
        assertGradient(
                table,
                () -> {
                    Matrix out = Matrix.zeros(6, 3);
                    kernels.gatherRows(rows, table, out, Store.REPLACE);
                    return out;
                },
                dOut,
                dTable);
    }

    @ParameterizedTest
    @EnumSource
    void activationBackwardIsTheGradientOfActivation(Activation f) {
        Matrix x = blocks.uniform(20, 20, -5, 5);
        Matrix dOut = blocks.uniform(20, 20);
        Matrix dX = Matrix.zeros(20, 20);
        kernels.activationBackward(f, x, dOut, dX, Store.REPLACE, Matrix.zeros(20, 20));
        // Squared ReLU has a kink at 0, where differences mean nothing.
        assertGradient(
                x,
                value -> f == Activation.GELU || Math.abs(value) > 3 * STEP,
                () -> {
                    Matrix out = Matrix.zeros(20, 20);
                    kernels.activation(f, x, out);
                    return out;
                },
                dOut,
                dX);
    }

    @Test
    void layerNormBackwardAndGradientsAreTheGradientsOfLayerNorm() {
        Matrix x = blocks.uniform(5, 9, -3, 4);
        Matrix gain = blocks.uniform(1, 9);
        Matrix bias = blocks.uniform(1, 9);
        Matrix statistics = Matrix.zeros(5, 2);
        Supplier<Matrix> norm = () -> {
            Matrix out = Matrix.zeros(5, 9);
            kernels.layerNorm(x, gain, bias, 0.125f, out, statistics);
            return out;
        };
        var _ = norm.get();
        Matrix dOut = blocks.uniform(5, 9);
        Matrix dX = Matrix.zeros(5, 9);
        Matrix dGain = Matrix.zeros(1, 9);
        Matrix dBias = Matrix.zeros(1, 9);
        kernels.layerNormBackward(x, gain, statistics, dOut, dX, Store.REPLACE);
        kernels.layerNormGradients(x, statistics, dOut, dGain, dBias);
        assertGradient(x, norm, dOut, dX);
        assertGradient(gain, norm, dOut, dGain);
        assertGradient(bias, norm, dOut, dBias);
    }

    @Test
    void rmsNormBackwardIsTheGradientOfRmsNorm() {
        Matrix x = blocks.uniform(5, 9, -3, 4);
        Matrix inverseRms = Matrix.zeros(5, 1);
        Supplier<Matrix> norm = () -> {
            Matrix out = Matrix.zeros(5, 9);
            kernels.rmsNorm(x, 0.125f, out, inverseRms);
            return out;
        };
        var _ = norm.get();
        Matrix dOut = blocks.uniform(5, 9);
        Matrix dX = Matrix.zeros(5, 9);
        kernels.rmsNormBackward(x, inverseRms, dOut, dX, Store.REPLACE);
        assertGradient(x, norm, dOut, dX);
    }

    @Test
    void scaledRmsNormBackwardAndGradientAreTheGradientsOfScaledRmsNorm() {
        Matrix x = blocks.uniform(5, 9, -3, 4);
        Matrix gain = blocks.uniform(1, 9);
        Matrix inverseRms = Matrix.zeros(5, 1);
        Supplier<Matrix> norm = () -> {
            Matrix out = Matrix.zeros(5, 9);
            kernels.scaledRmsNorm(x, gain, 0.125f, out, inverseRms);
            return out;
        };
        var _ = norm.get();
        Matrix dOut = blocks.uniform(5, 9);
        Matrix dX = Matrix.zeros(5, 9);
        Matrix dGain = Matrix.zeros(1, 9);
        kernels.scaledRmsNormBackward(x, gain, inverseRms, dOut, dX, Store.REPLACE);
        kernels.scaledRmsNormGradient(x, inverseRms, dOut, dGain);
        assertGradient(x, norm, dOut, dX);
        assertGradient(gain, norm, dOut, dGain);
    }

    @Test
    void headRmsNormBackwardAndGradientsAreTheGradientsOfHeadRmsNorm() {
        AttentionShape shape = new AttentionShape(1, 3, 4, 2, 5);
        Matrix qkv = blocks.uniform(3, shape.qkvWidth(), -3, 4);
        Matrix gains = blocks.uniform(2, 5);
        Matrix inverseRms = Matrix.zeros(3, 6);
        Supplier<Matrix> norm = () -> {
            Matrix out = Matrix.zeros(3, shape.qkvWidth());
            kernels.headRmsNorm(shape, qkv, gains, 0.125f, out, inverseRms);
            return out;
        };
        var _ = norm.get();
        Matrix dOut = blocks.uniform(3, shape.qkvWidth());
        Matrix dQkv = Matrix.zeros(3, shape.qkvWidth());
        Matrix dGains = Matrix.zeros(2, 5);
        kernels.headRmsNormBackward(shape, qkv, gains, inverseRms, dOut, dQkv, Store.REPLACE);
        kernels.headRmsNormGradients(shape, qkv, inverseRms, dOut, dGains);
        assertGradient(qkv, norm, dOut, dQkv);
        assertGradient(gains, norm, dOut, dGains);
    }

    @Test
    void swigluBackwardIsTheGradientOfSwiglu() {
        Matrix x = blocks.uniform(20, 20, -5, 5);
        Matrix dOut = blocks.uniform(20, 10);
        Matrix dX = Matrix.zeros(20, 20);
        kernels.swigluBackward(x, dOut, dX, Store.REPLACE, Matrix.zeros(20, 10));
        assertGradient(
                x,
                () -> {
                    Matrix out = Matrix.zeros(20, 10);
                    kernels.swiglu(x, out);
                    return out;
                },
                dOut,
                dX);
    }

    @Test
    void rotateBackwardIsTheGradientOfRotate() {
        AttentionShape shape = new AttentionShape(2, 3, 4, 2, 6);
        Matrix table = Matrix.zeros(9, 6);
        RotaryTable.fill(table, 10);
        int[] positions = blocks.indices(6, 9);
        Matrix qkv = blocks.uniform(6, shape.qkvWidth());
        Matrix dOut = blocks.uniform(6, shape.qkvWidth());
        Matrix dQkv = Matrix.zeros(6, shape.qkvWidth());
        kernels.rotateBackward(shape, positions, table, dOut, dQkv, Store.REPLACE);
        assertGradient(
                qkv,
                () -> {
                    Matrix out = Matrix.zeros(6, shape.qkvWidth());
                    kernels.rotate(shape, qkv, positions, table, out);
                    return out;
                },
                dOut,
                dQkv);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 3", "1, 7, 1, 1, 4", "2, 5, 3, 3, 2", "1, 4, 2, 2, 1", "2, 5, 4, 2, 3", "1, 4, 3, 1, 2"})
    void attentionBackwardIsTheGradientOfAttention(int batch, int time, int heads, int keyValueHeads, int headSize) {
        AttentionShape shape = new AttentionShape(batch, time, heads, keyValueHeads, headSize);
        Matrix qkv = blocks.uniform(batch * time, shape.qkvWidth(), -2, 2);
        Matrix logSumExp = Matrix.zeros(batch * heads, time);
        Supplier<Matrix> attention = () -> {
            Matrix out = Matrix.zeros(batch * time, shape.width());
            kernels.attention(shape, qkv, out, logSumExp);
            return out;
        };
        Matrix out = attention.get();
        Matrix dOut = blocks.uniform(batch * time, shape.width());
        Matrix dQkv = Matrix.zeros(batch * time, shape.qkvWidth());
        kernels.attentionBackward(shape, qkv, out, logSumExp, dOut, dQkv, Store.REPLACE);
        assertGradient(qkv, attention, dOut, dQkv);
    }

    @Test
    void crossEntropyBackwardIsTheGradientOfTheMeanLoss() {
        Matrix logits = blocks.uniform(6, 11, -4, 4);
        int[] targets = blocks.indices(6, 11);
        Matrix logSumExp = Matrix.zeros(6, 1);
        Supplier<Matrix> loss = () -> {
            Matrix losses = Matrix.zeros(6, 1);
            kernels.crossEntropy(logits, targets, losses, logSumExp);
            return losses;
        };
        var _ = loss.get();
        Matrix dLogits = Matrix.zeros(6, 11);
        kernels.crossEntropyBackward(logits, targets, logSumExp, dLogits, Store.REPLACE);
        assertGradient(logits, loss, blocks.filled(6, 1, 1 / 6f), dLogits);
    }

    @Test
    void crossEntropyBackwardIsTheGradientWhereSomeRowsHaveNoTarget() {
        Matrix logits = blocks.uniform(6, 11, -4, 4);
        int[] targets = {3, -1, 0, -1, -1, 10};
        Matrix logSumExp = Matrix.zeros(6, 1);
        Supplier<Matrix> loss = () -> {
            Matrix losses = Matrix.zeros(6, 1);
            kernels.crossEntropy(logits, targets, losses, logSumExp);
            return losses;
        };
        var _ = loss.get();
        Matrix dLogits = blocks.uniform(6, 11);
        kernels.crossEntropyBackward(logits, targets, logSumExp, dLogits, Store.REPLACE);
        assertGradient(logits, loss, blocks.filled(6, 1, 1 / 6f), dLogits);
    }

    private static void assertGradient(Matrix x, Supplier<Matrix> forward, Matrix dOut, Matrix dX) {
        assertGradient(x, value -> true, forward, dOut, dX);
    }

    /** Where {@code smooth} holds of an element of x, dX must be what the differences of dOut · forward are. */
    private static void assertGradient(
            Matrix x, DoublePredicate smooth, Supplier<Matrix> forward, Matrix dOut, Matrix dX) {
        double largest = 1;
        for (int row = 0; row < dX.rows(); row++) {
            largest = Math.max(largest, Blocks.largest(dX, row));
        }
        for (int i = 0; i < x.size(); i++) {
            float value = x.data()[x.offset() + i];
            if (smooth.test(value)) {
                double near = at(x, i, value + STEP, forward, dOut) - at(x, i, value - STEP, forward, dOut);
                double far = at(x, i, value + 2 * STEP, forward, dOut) - at(x, i, value - 2 * STEP, forward, dOut);
                x.data()[x.offset() + i] = value;
                double slope = (8 * near - far) / (12 * STEP);
                assertEquals(slope, dX.data()[dX.offset() + i], TOLERANCE * largest, "element " + i);
            }
        }
    }

    private static double at(Matrix x, int element, float value, Supplier<Matrix> forward, Matrix dOut) {
        x.data()[x.offset() + element] = value;
        return Blocks.dot(forward.get(), dOut);
    }
}
