package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/** output (B·T, N) = x (B·T, K) · weight (K, N) + bias (1, N): GPT-2's projection ("Conv1D"), in before out. */
record Affine(Tensor x, Tensor weight, Tensor bias, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, weight, bias);
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
        k.matmulBias(m.value(x), m.value(weight), m.value(bias), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.matmulTransB(m.gradient(output), m.value(weight), m.gradient(x), m.store(x)); // dX = dOut · Wᵀ
    }

    @Override
    public void parameterGradients(Memory m, Kernels k) {
        // dW += Xᵀ · dOut, dBias += the rows of dOut
        k.affineGradients(m.value(x), m.gradient(output), m.gradient(weight), m.gradient(bias));
    }

    @Override
    public long flops() {
        return 2L * x.rows() * weight.size();
    }
}
