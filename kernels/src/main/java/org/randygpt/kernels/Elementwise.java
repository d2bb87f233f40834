package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What treats each element alone: sums, activations, the optimizer. Scalar tails compute the same bits. */
final class Elementwise {
    private final Share share;

    Elementwise(Share share) {
        this.share = share;
    }

    void clear(Matrix out) {
        Arrays.fill(out.data(), out.offset() + share.fromElement(out), out.offset() + share.toElement(out), 0);
    }

    void add(Matrix a, Matrix b, Matrix out) {
        int i = share.fromElement(out);
        int end = share.toElement(out);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, a.data(), a.offset() + i)
                    .add(FloatVector.fromArray(SPECIES, b.data(), b.offset() + i))
                    .intoArray(out.data(), out.offset() + i);
        }
        for (; i < end; i++) {
            out.data()[out.offset() + i] = a.data()[a.offset() + i] + b.data()[b.offset() + i];
        }
    }

    void scaledSum(float alpha, Matrix x, float beta, Matrix y, Matrix out) {
        FloatVector alphas = FloatVector.broadcast(SPECIES, alpha);
        int i = share.fromElement(out);
        int end = share.toElement(out);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, x.data(), x.offset() + i)
                    .fma(
                            alphas,
                            FloatVector.fromArray(SPECIES, y.data(), y.offset() + i)
                                    .mul(beta))
                    .intoArray(out.data(), out.offset() + i);
        }
        for (; i < end; i++) {
            out.data()[out.offset() + i] = Math.fma(alpha, x.data()[x.offset() + i], beta * y.data()[y.offset() + i]);
        }
    }

    void copy(Matrix x, Matrix out, Store store) {
        if (store == Store.ADD) {
            add(x, out, out);
        } else {
            int from = share.fromElement(out);
            System.arraycopy(x.data(), x.offset() + from, out.data(), out.offset() + from, share.toElement(out) - from);
        }
    }

    void activation(Activation f, Matrix x, Matrix out) {
        switch (f) {
            case GELU -> gelu(x, out);
            case SQUARED_RELU -> squaredRelu(x, out);
        }
    }

    private void gelu(Matrix x, Matrix out) {
        int i = share.fromElement(out);
        int end = share.toElement(out);
        for (; i <= end - LENGTH; i += LENGTH) {
            VectorMath.gelu(FloatVector.fromArray(SPECIES, x.data(), x.offset() + i))
                    .intoArray(out.data(), out.offset() + i);
        }
        for (; i < end; i++) {
            out.data()[out.offset() + i] = VectorMath.gelu(x.data()[x.offset() + i]);
        }
    }

    private void squaredRelu(Matrix x, Matrix out) {
        int i = share.fromElement(out);
        int end = share.toElement(out);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x.data(), x.offset() + i);
            FloatVector positive = value.blend(0f, value.lt(0f));
            positive.mul(positive).intoArray(out.data(), out.offset() + i);
        }
        for (; i < end; i++) {
            float value = x.data()[x.offset() + i];
            float positive = value < 0 ? 0 : value;
            out.data()[out.offset() + i] = positive * positive;
        }
    }

    void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        switch (f) {
            case GELU -> geluBackward(x, dOut, dX, store, out);
            case SQUARED_RELU -> squaredReluBackward(x, dOut, dX, store, out);
        }
    }

    private void geluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        int i = store == Store.ADD ? addGeluBackward(x, dOut, dX, out) : writeGeluBackward(x, dOut, dX, out);
        for (; i < share.toElement(dX); i++) {
            float value = x.data()[x.offset() + i];
            float d = VectorMath.geluDerivative(value) * dOut.data()[dOut.offset() + i];
            Lanes.put(d, dX.data(), dX.offset() + i, store);
            out.data()[out.offset() + i] = VectorMath.gelu(value);
        }
    }

    // To write and to add are methods of their own: with two such loops in one the compiler reaches its limit of nodes,
    // stops inlining, and then every vector is an object.

    /** Returns the first element that is left. */
    private int writeGeluBackward(Matrix x, Matrix dOut, Matrix dX, Matrix out) {
        int i = share.fromElement(dX);
        int end = share.toElement(dX);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x.data(), x.offset() + i);
            FloatVector clamped = VectorMath.geluClamp(value);
            FloatVector divisor = VectorMath.geluDivisor(clamped);
            VectorMath.geluSlope(clamped, divisor)
                    .mul(FloatVector.fromArray(SPECIES, dOut.data(), dOut.offset() + i))
                    .intoArray(dX.data(), dX.offset() + i);
            value.div(divisor).intoArray(out.data(), out.offset() + i);
        }
        return i;
    }

    /** Returns the first element that is left. */
    private int addGeluBackward(Matrix x, Matrix dOut, Matrix dX, Matrix out) {
        int i = share.fromElement(dX);
        int end = share.toElement(dX);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x.data(), x.offset() + i);
            FloatVector clamped = VectorMath.geluClamp(value);
            FloatVector divisor = VectorMath.geluDivisor(clamped);
            VectorMath.geluSlope(clamped, divisor)
                    .mul(FloatVector.fromArray(SPECIES, dOut.data(), dOut.offset() + i))
                    .add(FloatVector.fromArray(SPECIES, dX.data(), dX.offset() + i))
                    .intoArray(dX.data(), dX.offset() + i);
            value.div(divisor).intoArray(out.data(), out.offset() + i);
        }
        return i;
    }

    /** out = max(x, 0)²: dX = 2 · max(x, 0) · dOut. */
    private void squaredReluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        int i = share.fromElement(dX);
        int end = share.toElement(dX);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x.data(), x.offset() + i);
            FloatVector positive = value.blend(0f, value.lt(0f));
            FloatVector d = positive.add(positive).mul(FloatVector.fromArray(SPECIES, dOut.data(), dOut.offset() + i));
            Lanes.put(d, dX.data(), dX.offset() + i, store);
            positive.mul(positive).intoArray(out.data(), out.offset() + i);
        }
        for (; i < end; i++) {
            float value = x.data()[x.offset() + i];
            float positive = value < 0 ? 0 : value;
            float d = (positive + positive) * dOut.data()[dOut.offset() + i];
            Lanes.put(d, dX.data(), dX.offset() + i, store);
            out.data()[out.offset() + i] = positive * positive;
        }
    }

    /** See {@link Kernels#adamW}; the order of operations is PyTorch's. */
    void adamW(AdamWStep step, float decay, Kernels.AdamWState state) {
        Matrix values = state.values();
        Matrix first = state.firstMoment();
        Matrix second = state.secondMoment();
        float keep = 1 - step.learningRate * decay;
        float rate = step.learningRate * step.firstCorrection;
        float beta1 = step.beta1;
        float beta2 = step.beta2;
        FloatVector beta1s = FloatVector.broadcast(SPECIES, beta1);
        FloatVector beta2s = FloatVector.broadcast(SPECIES, beta2);
        int i = share.fromElement(values);
        int end = share.toElement(values);
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector g = FloatVector.fromArray(
                            SPECIES, state.gradients().data(), state.gradients().offset() + i)
                    .mul(step.gradientScale);
            FloatVector m = FloatVector.fromArray(SPECIES, first.data(), first.offset() + i)
                    .fma(beta1s, g.mul(1 - beta1));
            FloatVector v = FloatVector.fromArray(SPECIES, second.data(), second.offset() + i)
                    .fma(beta2s, g.mul(g).mul(1 - beta2));
            m.intoArray(first.data(), first.offset() + i);
            v.intoArray(second.data(), second.offset() + i);
            FloatVector deviation =
                    v.mul(step.secondCorrection).lanewise(VectorOperators.SQRT).add(step.epsilon);
            FloatVector.fromArray(SPECIES, values.data(), values.offset() + i)
                    .mul(keep)
                    .sub(m.mul(rate).div(deviation))
                    .intoArray(values.data(), values.offset() + i);
        }
        for (; i < end; i++) {
            float g = state.gradients().data()[state.gradients().offset() + i] * step.gradientScale;
            float m = Math.fma(first.data()[first.offset() + i], beta1, g * (1 - beta1));
            float v = Math.fma(second.data()[second.offset() + i], beta2, g * g * (1 - beta2));
            first.data()[first.offset() + i] = m;
            second.data()[second.offset() + i] = v;
            float deviation = (float) Math.sqrt(v * step.secondCorrection) + step.epsilon;
            float value = values.data()[values.offset() + i];
            values.data()[values.offset() + i] = value * keep - m * rate / deviation;
        }
    }
}
