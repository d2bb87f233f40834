package org.randygpt.core.model;

/** What a model's blocks are made of; the names are those of {@code model_type} in config.json. */
public enum Architecture {
    /** Layer norm with gain and bias, GELU, biases, learned positions, a final norm (Radford et al. 2019). */
    GPT2,
    /** RMS norm without gain, squared ReLU, no biases, learned positions, no final norm: the Rust randyGPT's. */
    RANDYGPT
}
