package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output (B·T, C) = x / root mean square of its row · gain; inverseRms (B·T, 1) is kept for backward. */
record ScaledRmsNorm(Tensor x, Tensor gain, float epsilon, Tensor inverseRms, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, gain);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(x);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.scaledRmsNorm(m.value(x), m.value(gain), epsilon, m.value(output), m.value(inverseRms));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.scaledRmsNormBackward(
                m.value(x), m.value(gain), m.value(inverseRms), m.gradient(output), m.gradient(x), m.store(x));
        k.scaledRmsNormGradient(m.value(x), m.value(inverseRms), m.gradient(output), m.gradient(gain));
    }
}
