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
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.add(m.value(a), m.value(b), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        pass(m, k, a);
        pass(m, k, b);
    }

    /** dInput += dOut, unless the plan has made them one and the same. */
    private void pass(Memory m, Kernels k, Tensor input) {
        if (!m.gradient(input).equals(m.gradient(output))) {
            k.copy(m.gradient(output), m.gradient(input), m.store(input));
        }
    }
}
