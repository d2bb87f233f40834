package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output = a + b, all (B·T, C): a residual connection. */
record Add(Tensor a, Tensor b, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(a, b);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.add(m.value(a), m.value(b), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.copy(m.gradient(output), m.gradient(a), m.store(a));
        k.copy(m.gradient(output), m.gradient(b), m.store(b));
    }
}
