package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.Kernels;

/**
 * One operation of a recorded graph: it holds its tensors, and its forward and backward stand side by side.
 *
 * <p>Both run on every worker at the same time, each with its own {@link Kernels}; all workers meet before the next
 * operation. Within one call, a kernel must therefore not read what another kernel of the same call wrote, unless both
 * go row by row over the same rows. Backward adds to the gradient of every input, or, where
 * {@link Memory#store(Tensor)} says so, is the first to write it.
 */
public sealed interface Op
        permits Embedding,
                TokenEmbedding,
                Linear,
                Affine,
                LayerNorm,
                RmsNorm,
                ScaledRmsNorm,
                HeadRmsNorm,
                Activate,
                Swiglu,
                Rotate,
                CausalAttention,
                CachedAttention,
                ExtendCache,
                Add,
                Dropout,
                CrossEntropy {

    /** What forward reads, parameters included, in the order of the operation's definition. */
    List<Tensor> inputs();

    /** What forward overwrites. */
    Tensor output();

    /** Activations that backward reads the numbers of. */
    List<Tensor> keptForBackward();

    /** Activations that {@link #parameterGradients} reads the numbers of. */
    default List<Tensor> keptForParameters() {
        return List.of();
    }

    /** Whether backward writes the output again, with the bits that it had. */
    default boolean restoresOutput() {
        return false;
    }

    /** Computes the output from the inputs. */
    void forward(Memory memory, Kernels kernels);

    /** Computes the gradients of the inputs from the gradient of the output. */
    void backward(Memory memory, Kernels kernels);

    /** Computes those gradients of parameters that backward leaves: as soon as it is done, or later. */
    default void parameterGradients(Memory memory, Kernels kernels) {}

    /** Floating-point operations of the matrix products in forward; backward does twice as many. 0: not counted. */
    default long flops() {
        return 0;
    }
}
