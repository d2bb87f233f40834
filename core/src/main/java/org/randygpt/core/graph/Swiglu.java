package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output (B·T, N) = silu(gate) · up; x (B·T, 2N) holds the gates, then what they let through. */
record Swiglu(Tensor x, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(x);
    }

    @Override
    public boolean restoresOutput() {
        return true;
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.swiglu(m.value(x), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.swigluBackward(m.value(x), m.gradient(output), m.gradient(x), m.store(x), m.value(output));
    }
}
