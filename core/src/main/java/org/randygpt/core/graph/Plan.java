package org.randygpt.core.graph;

/** A recorded graph with memory, ready to be replayed. */
public interface Plan {

    /**
     * Runs the graph on a batch.
     *
     * @param tokens (B·T) ids
     * @param targets (B·T) the id that follows each token, or -1 where none is predicted
     * @return mean loss in nats per token, of all B·T; that of a token without a target is 0
     */
    float forward(int[] tokens, int[] targets);

    /**
     * Adds the gradients of the last forward pass's mean loss to the parameters' gradients; once for each forward pass,
     * since gradients take the place of activations that are no longer wanted.
     */
    void backward();
}
