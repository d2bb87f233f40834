package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/**
 * The keys and values of qkv (T, (H + 2G)·D) join those in the cache, the output. For generation: there is no backward.
 */
record ExtendCache(AttentionShape shape, Tensor qkv, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(qkv);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.extendCache(shape, m.value(qkv), m.batch().start(), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        throw new IllegalStateException("a graph with a cache generates text: it has no gradients");
    }
}
