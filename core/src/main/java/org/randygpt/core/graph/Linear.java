package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Store;

/** output (B·T, N) = x (B·T, K) · weightᵀ, weight (N, K): a projection as most models store it, out before in. */
record Linear(Tensor x, Tensor weight, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, weight);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public List<Tensor> keptForParameters() {
        return List.of(x);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.matmulTransB(m.value(x), m.value(weight), m.value(output), Store.REPLACE);
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.matmul(m.gradient(output), m.value(weight), m.gradient(x), m.store(x)); // dX = dOut · W
    }

    @Override
    public void parameterGradients(Memory m, Kernels k) {
        k.matmulTransA(m.gradient(output), m.value(x), m.gradient(weight), Store.ADD); // dW += dOutᵀ · X
    }

    @Override
    public long flops() {
        return 2L * x.rows() * weight.size();
    }
}
