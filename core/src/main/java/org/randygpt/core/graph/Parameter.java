package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Matrix;

/**
 * The declaration of a learnt weight.
 *
 * @param tensor its name and shape
 * @param rank whether files and the optimizer see a vector or a matrix
 * @param offset index of its first element in {@link Parameters#values}
 * @param init how it starts
 */
public record Parameter(Tensor tensor, Rank rank, int offset, Init init) {

    /** Number of dimensions: weight decay applies to matrices (embeddings included), not to vectors. */
    public enum Rank {
        VECTOR,
        MATRIX
    }

    /** Number of elements. */
    public int size() {
        return tensor.size();
    }

    /** The dimensions that files state: (cols) of a vector, (rows, cols) of a matrix. */
    public List<Integer> shape() {
        return rank == Rank.VECTOR ? List.of(tensor.cols()) : List.of(tensor.rows(), tensor.cols());
    }

    /** This parameter's block of an array that is laid out as {@link Parameters#values}. */
    public Matrix in(float[] array) {
        return new Matrix(array, offset, tensor.rows(), tensor.cols());
    }
}
