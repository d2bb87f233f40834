package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Matrix;

/**
 * The declaration of a learnt weight.
 *
 * @param tensor its name and shape
 * @param role what it is in the model
 * @param transposed whether a matrix has a row for each input, as GPT-2 stores them, and not one for each output
 * @param parts how many matrices of equal shape stand side by side in its columns: 1 unless it is fused
 * @param offset index of its first element in {@link Parameters#values}
 * @param init how it starts
 */
public record Parameter(Tensor tensor, Role role, boolean transposed, int parts, int offset, Init init) {

    /** What a parameter is in the model, by which an optimizer tells parameters apart. */
    public enum Role {
        /** A table whose rows are looked up; with a tied head it is also the output matrix. */
        EMBEDDING,
        /** A matrix between activations. */
        HIDDEN,
        /** An output matrix of its own. */
        HEAD,
        /** A gain or a bias: of one dimension in files, and without weight decay. */
        VECTOR
    }

    /** How many numbers each of the parts of a matrix takes. */
    public int inputs() {
        return transposed ? tensor.rows() : tensor.cols() / parts;
    }

    /** How many numbers each of the parts of a matrix gives. */
    public int outputs() {
        return transposed ? tensor.cols() / parts : tensor.rows();
    }

    /** Number of elements. */
    public int size() {
        return tensor.size();
    }

    /** The dimensions that files state: (cols) of a vector, (rows, cols) of a matrix. */
    public List<Integer> shape() {
        return role == Role.VECTOR ? List.of(tensor.cols()) : List.of(tensor.rows(), tensor.cols());
    }

    /** This parameter's block of an array that is laid out as {@link Parameters#values}. */
    public Matrix in(float[] array) {
        return new Matrix(array, offset, tensor.rows(), tensor.cols());
    }
}
