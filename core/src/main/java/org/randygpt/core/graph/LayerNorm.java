package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output (B·T, C) = (x - mean) / deviation · gain + bias over each row; statistics (B·T, 2) are kept for backward. */
record LayerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor statistics, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, gain, bias);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(x);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.layerNorm(m.value(x), m.value(gain), m.value(bias), epsilon, m.value(output), m.value(statistics));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.layerNormBackward(
                m.value(x), m.value(gain), m.value(statistics), m.gradient(output), m.gradient(x), m.store(x));
        k.layerNormGradients(m.value(x), m.value(statistics), m.gradient(output), m.gradient(gain), m.gradient(bias));
    }
}
