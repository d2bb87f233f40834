package org.randygpt.core.model;

import java.util.Locale;
import org.randygpt.core.model.GptConfig.Head;

/**
 * Shapes that have a name, and the batch that each is trained with. What blocks are made of and how many tokens there
 * are is left open.
 */
public enum Preset {
    /** A model of seconds, to try something out. */
    TINY(2, 64, 4, 32, 16),
    /** What the speed of this program is measured by. */
    SEED(4, 128, 8, 64, 32),
    /**
     * The smallest of the Rust randyGPT ({@code model-xs} to {@code model-xl} of its src/config.rs), its default. Its
     * heads have 29 numbers, of which rotary positions cannot turn pairs.
     */
    XS(3, 116, 4, 256, 64),
    S(8, 128, 4, 256, 64),
    /** The same, deeper. */
    DS(12, 128, 4, 256, 64),
    M(6, 192, 6, 256, 64),
    L(6, 256, 8, 256, 64),
    /** As wide as {@link #M}. */
    DEEP(16, 192, 6, 256, 16),
    /** The largest of the Rust randyGPT. */
    XL(8, 384, 8, 256, 64),
    /** Of nanoGPT's config/train_shakespeare_char.py, which trains it with a dropout of 0.2. */
    SHAKESPEARE_CHAR(6, 384, 6, 256, 64),
    /** What nanoGPT's README makes of it for a processor, without dropout. */
    SHAKESPEARE_CHAR_CPU(4, 128, 4, 64, 12),
    /** The smallest of Radford et al. 2019, 124M parameters; with the batch that llm.c's train_gpt2.cu defaults to. */
    GPT2(12, 768, 12, 1024, 4),
    /** 355M parameters. */
    GPT2_MEDIUM(24, 1024, 16, 1024, 4),
    /** 774M parameters. */
    GPT2_LARGE(36, 1280, 20, 1024, 4),
    /** 1,558M parameters. */
    GPT2_XL(48, 1600, 25, 1024, 4);

    private final int layers;
    private final int width;
    private final int heads;
    private final int context;
    private final int batch;

    Preset(int layers, int width, int heads, int context, int batch) {
        this.layers = layers;
        this.width = width;
        this.heads = heads;
        this.context = context;
        this.batch = batch;
    }

    /** Its name as it is written: {@code shakespeare-char}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Number of blocks. */
    public int layers() {
        return layers;
    }

    /** C. */
    public int width() {
        return width;
    }

    /** H; divides the width. */
    public int heads() {
        return heads;
    }

    /** Most positions that the model sees at once. */
    public int context() {
        return context;
    }

    /** B, sequences of a training step, each as long as the context. */
    public int batch() {
        return batch;
    }

    /**
     * A model of this shape, with what else the architecture usually has.
     *
     * @throws IllegalArgumentException where the architecture does not allow the shape
     */
    public GptConfig config(Architecture architecture, int vocabSize, Head head, float normEpsilon) {
        return new GptConfig(architecture, vocabSize, context, width, layers, heads, head, normEpsilon);
    }
}
