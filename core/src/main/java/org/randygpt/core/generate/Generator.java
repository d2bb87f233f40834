package org.randygpt.core.generate;

import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/**
 * Continues a sequence token by token, with a cache of keys and values. When the context is full, its later half is
 * read again as a context of its own: the model's positions are absolute, so the cache cannot slide.
 */
public final class Generator {
    private final GptConfig config;
    private final CpuPlan plan;
    private final int[] window;
    private final int[] token = new int[1];
    private final float[] logits;
    private int filled;

    /** An empty context. */
    public Generator(GptConfig config, Parameters parameters, Workers workers, Kernels.Factory kernels) {
        this.config = config;
        Graph graph = Gpt.decoding(config);
        plan = new CpuPlan(graph, parameters, workers, kernels);
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
        }
        read(next);
        Matrix output = plan.output();
        System.arraycopy(output.data(), output.offset(), logits, 0, logits.length);
        return logits;
    }

    /** Forgets the earlier half of a full context. */
    private void slide() {
        int kept = config.context() / 2;
        System.arraycopy(window, window.length - kept, window, 0, kept);
        filled = 0;
        for (int i = 0; i < kept; i++) {
            read(window[i]);
        }
    }

    private void read(int next) {
        token[0] = next;
        window[filled] = next;
        plan.forwardAt(filled, token);
        filled++;
    }
}
