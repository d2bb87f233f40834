package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/**
 * output (1, H·D) = attention of the newest position to all that are in the cache, its own among them; qkv (1, (H +
 * 2G)·D). For generation: there is no backward.
 */
record CachedAttention(AttentionShape shape, Tensor qkv, Tensor cache, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(qkv, cache);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.cachedAttention(shape, m.value(qkv), m.batch().start(), m.value(cache), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        throw new IllegalStateException("a graph with a cache generates text: it has no gradients");
    }
}
