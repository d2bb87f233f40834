package org.randygpt.core.model;

/** What a model's blocks are made of; the names are those of {@code model_type} in config.json. */
public enum Architecture {
    /** Layer norm with gain and bias, GELU, biases, learned positions, a final norm (Radford et al. 2019). */
    GPT2(false),
    /**
     * RMS norm with gain, rotary positions, SwiGLU, heads that may share keys and values, no biases, a final norm
     * (Touvron et al. 2023).
     */
    LLAMA(true),
    /** Llama's, with each head's queries and keys normalized before positions turn them (Yang et al. 2025). */
    QWEN3(true),
    /** RMS norm without gain, squared ReLU, no biases, learned positions, no final norm: the Rust randyGPT's. */
    RANDYGPT(false);

    private final boolean rotary;

    Architecture(boolean rotary) {
        this.rotary = rotary;
    }

    /** Whether positions turn queries and keys; otherwise they are learned and added to the token embedding. */
    public boolean isRotary() {
        return rotary;
    }
}
