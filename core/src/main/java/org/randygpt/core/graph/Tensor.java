package org.randygpt.core.graph;

/**
 * A value of the graph: a name and a shape; its numbers live in {@link Memory}.
 *
 * @param id position in {@link Graph#tensors}
 * @param name unique for parameters; otherwise for people
 * @param kind where its numbers live and whether it has a gradient
 * @param rows B·T for activations
 * @param cols width of a row
 */
public record Tensor(int id, String name, Kind kind, int rows, int cols) {

    /** Where a tensor's numbers live and whether it has a gradient. */
    public enum Kind {
        /** A learnt weight, inside {@link Parameters}. */
        PARAMETER,
        /** Written by one operation in each forward pass; has a gradient. */
        ACTIVATION,
        /** Kept by an operation for its own use: no gradient. */
        STATISTIC,
        /** Keys and values of earlier passes, shared by the plans that generate a text. */
        CACHE
    }

    /** Throws {@link IllegalArgumentException} when there are more elements than an array can hold. */
    public Tensor {
        if ((long) rows * cols > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(
                    "%s would have %d x %d numbers, more than an array holds; make the model or the batch smaller"
                            .formatted(name, rows, cols));
        }
    }

    /** Number of elements. */
    public int size() {
        return rows * cols;
    }
}
