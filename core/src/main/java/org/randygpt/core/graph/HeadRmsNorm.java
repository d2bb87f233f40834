package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/**
 * output (B·T, (H + 2G)·D) = qkv, each head's queries and keys divided by their root mean square and multiplied with a
 * gain; gains (2, D) are that of queries and that of keys, inverseRms (B·T, H + G) is kept for backward.
 */
record HeadRmsNorm(AttentionShape shape, Tensor qkv, Tensor gains, float epsilon, Tensor inverseRms, Tensor output)
        implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(qkv, gains);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(qkv);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.headRmsNorm(shape, m.value(qkv), m.value(gains), epsilon, m.value(output), m.value(inverseRms));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.headRmsNormBackward(
                shape,
                m.value(qkv),
                m.value(gains),
                m.value(inverseRms),
                m.gradient(output),
                m.gradient(qkv),
                m.store(qkv));
        k.headRmsNormGradients(shape, m.value(qkv), m.value(inverseRms), m.gradient(output), m.gradient(gains));
    }
}
