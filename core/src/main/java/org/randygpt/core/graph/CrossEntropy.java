package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/**
 * output (B·T, 1) = the negative log-likelihood, in nats, of each position's target under softmax(logits), logits (B·T,
 * V), or 0 without a target. Always the last operation: backward starts here, from the mean of the output.
 */
record CrossEntropy(Tensor logits, Tensor logSumExp, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(logits);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of(logits);
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.crossEntropy(m.value(logits), m.batch().targets(), m.value(output), m.value(logSumExp));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.crossEntropyBackward(
                m.value(logits), m.batch().targets(), m.value(logSumExp), m.gradient(logits), m.store(logits));
    }
}
