package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.SplitMix;
import org.randygpt.kernels.Store;

/**
 * output (B·T, N) = x with a share of its elements left out, chosen anew by each {@link Batch#dropoutSeed} and place in
 * the graph, and the rest enlarged so that the mean stays (Srivastava et al. 2014). Elements are counted over all parts
 * of a batch, so that the choice does not depend on how it is split.
 */
record Dropout(Tensor x, float rate, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.dropout(rate, key(m.batch()), m.value(x), m.value(output), Store.REPLACE);
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.dropout(rate, key(m.batch()), m.gradient(output), m.gradient(x), m.store(x));
    }

    /** What decides which elements of a batch are left out, for {@link Kernels#dropout}. */
    long key(Batch batch) {
        int first = batch.part() * output.rows() * output.cols();
        return Kernels.dropoutKeyFrom(first, SplitMix.mix(batch.dropoutSeed() + output.id()));
    }
}
