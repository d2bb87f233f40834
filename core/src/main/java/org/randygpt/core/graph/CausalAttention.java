package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/**
 * output (B·T, H·D) = attention of each position to itself and those before it; qkv (B·T, (H + 2G)·D), logSumExp (B·H,
 * T).
 */
record CausalAttention(AttentionShape shape, Tensor qkv, Tensor logSumExp, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(qkv);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(qkv, output);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.attention(shape, m.value(qkv), m.value(output), m.value(logSumExp));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.attentionBackward(
                shape,
                m.value(qkv),
                m.value(output),
                m.value(logSumExp),
                m.gradient(output),
                m.gradient(qkv),
                m.store(qkv));
    }

    /** Scores and weighted values, T(T + 1)/2 pairs of positions for each head. */
    @Override
    public long flops() {
        return 2L * shape.batch() * shape.time() * (shape.time() + 1) * shape.width();
    }
}
