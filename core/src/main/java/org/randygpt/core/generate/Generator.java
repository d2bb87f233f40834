package org.randygpt.core.generate;

import org.jspecify.annotations.Nullable;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/**
 * Continues a sequence, with a cache of keys and values. A token is read by a graph of one position; several together
 * by one pass over them, made for their number. When the context is full, its later half is read again as a context of
 * its own: the model's positions are absolute, so the cache cannot slide.
 */
public final class Generator {
    private final GptConfig config;
    private final CpuPlan decoding;
    private final int[] window;
    private final int[] token = new int[1];
    private final float[] logits;
    private int filled;

    // The prefill of the last number of tokens: when a context slides it is always the same.
    private @Nullable CpuPlan prefill;
    private int[] first = {};

    /** An empty context. */
    public Generator(GptConfig config, Parameters parameters, Workers workers, Kernels.Factory kernels) {
        this.config = config;
        decoding = new CpuPlan(Gpt.decoding(config), parameters, workers, kernels);
        window = new int[config.context()];
        logits = new float[config.vocabSize()];
    }

    /**
     * Appends a token to the sequence.
     *
     * @return the logits of the token after it, (V); overwritten by the next call
     */
    public float[] append(int next) {
        if (filled == window.length) {
            slide();
            read(filled);
        }
        window[filled] = next;
        filled++;
        return decode();
    }

    /**
     * Appends tokens, at least one, to the sequence, as {@link #append(int)} would one after the other, but reads only
     * those that are then in the context, and reads them at once.
     *
     * @return the logits of the token after them, (V); overwritten by the next call
     */
    public float[] append(int[] tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("there is no token to append; at least 1 is needed");
        }
        for (int next : tokens) {
            if (filled == window.length) {
                slide();
            }
            window[filled] = next;
            filled++;
        }
        read(filled - 1);
        return decode();
    }

    /** Forgets the earlier half of a full context, of which the cache knows nothing yet. */
    private void slide() {
        int kept = config.context() / 2;
        System.arraycopy(window, window.length - kept, window, 0, kept);
        filled = kept;
    }

    /** Fills the cache with the first tokens of the window. */
    private void read(int count) {
        if (count == 0) {
            return;
        }
        CpuPlan plan = prefill;
        if (plan == null || first.length != count) {
            plan = decoding.alongside(Gpt.prefill(config, count));
            prefill = plan;
            first = new int[count];
        }
        System.arraycopy(window, 0, first, 0, count);
        plan.forwardAt(0, first);
    }

    /** Reads the last token of the window. */
    private float[] decode() {
        token[0] = window[filled - 1];
        decoding.forwardAt(filled - 1, token);
        Matrix output = decoding.output();
        System.arraycopy(output.data(), output.offset(), logits, 0, logits.length);
        return logits;
    }
}
