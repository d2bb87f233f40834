package org.randygpt.kernels;

/** The function between the two linear maps of a block's MLP. */
public enum Activation {
    /** GPT-2's {@code gelu_new}: x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). */
    GELU,
    /** max(x, 0)² (Primer, So et al. 2021). */
    SQUARED_RELU
}
