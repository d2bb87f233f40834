package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output (B·T, C) = x / root mean square of its row, without a gain; inverseRms (B·T, 1) is kept for backward. */
record RmsNorm(Tensor x, float epsilon, Tensor inverseRms, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(x);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.rmsNorm(m.value(x), epsilon, m.value(output), m.value(inverseRms));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.rmsNormBackward(m.value(x), m.value(inverseRms), m.gradient(output), m.gradient(x), m.store(x));
    }
}
