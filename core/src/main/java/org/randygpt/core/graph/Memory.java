package org.randygpt.core.graph;

import java.util.Set;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Store;

/** The numbers of a graph's tensors, as one operation sees them. */
public final class Memory {
    private final Matrix[] values;
    private final Matrix[] gradients;
    private final Batch batch;
    private final Set<Tensor> firstContributions;

    Memory(Matrix[] values, Matrix[] gradients, Batch batch, Set<Tensor> firstContributions) {
        this.values = values;
        this.gradients = gradients;
        this.batch = batch;
        this.firstContributions = firstContributions;
    }

    /** A tensor's numbers. */
    public Matrix value(Tensor tensor) {
        return values[tensor.id()];
    }

    /** The gradient of the loss with respect to a parameter or an activation. */
    public Matrix gradient(Tensor tensor) {
        return gradients[tensor.id()];
    }

    /**
     * How this operation's backward writes the gradient of one of its inputs: the first contribution to an activation
     * in a backward pass replaces what the last pass left, which saves clearing it; all others add.
     */
    public Store store(Tensor input) {
        return firstContributions.contains(input) ? Store.REPLACE : Store.ADD;
    }

    /** The tokens that the pass works on. */
    public Batch batch() {
        return batch;
    }
}
