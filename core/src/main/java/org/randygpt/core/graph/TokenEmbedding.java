package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Store;

/** output (B·T, C) = the row of its token in tokenTable (V, C): for models whose positions come in elsewhere. */
record TokenEmbedding(Tensor tokenTable, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(tokenTable);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.gatherRows(m.batch().tokens(), m.value(tokenTable), m.value(output), Store.REPLACE);
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.scatterRows(m.batch().tokens(), m.gradient(output), m.gradient(tokenTable));
    }
}
