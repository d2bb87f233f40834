package org.randygpt.cli;

import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Tensor;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;

/**
 * The heap that training takes.
 *
 * @param model bytes of all weights, their gradients and AdamW's two moments
 * @param batch bytes of everything that is kept of one batch between forward and backward
 */
record MemoryNeed(long model, long batch) {
    // Values, gradients, two moments.
    private static final int ARRAYS_OF_PARAMETERS = 4;
    // The program itself, buffers of files and of the workers.
    private static final long EVERYTHING_ELSE = 24L << 20;

    /** What a training graph needs; nothing is allocated. */
    static MemoryNeed of(Graph graph) {
        long batch = 0;
        for (Tensor tensor : graph.tensors()) {
            batch += switch (tensor.kind()) {
                case PARAMETER -> 0;
                case ACTIVATION -> 2L * Float.BYTES * tensor.size();
                case STATISTIC -> (long) Float.BYTES * tensor.size();
            };
        }
        return new MemoryNeed((long) ARRAYS_OF_PARAMETERS * Float.BYTES * graph.parameterCount(), batch);
    }

    /**
     * The graph that trains a model.
     *
     * @throws BadInputException when the graph would not fit, naming what to make smaller
     */
    static Graph fitting(GptConfig config, int batch) {
        long available = Runtime.getRuntime().maxMemory();
        if ((long) batch * config.context() > Integer.MAX_VALUE) {
            throw new BadInputException(
                    "a batch of %d windows of %d characters is more than an array holds; make --batch or --context smaller"
                            .formatted(batch, config.context()));
        }
        Graph graph;
        try {
            graph = Gpt.training(config, batch, config.context());
        } catch (ArithmeticException overflow) {
            throw new BadInputException(
                    "the model has more than %d parameters; make --layers or --width smaller"
                            .formatted(Integer.MAX_VALUE),
                    overflow);
        }
        MemoryNeed need = of(graph);
        if (need.total() > available) {
            throw new BadInputException(
                    "this run needs %s of memory (%s for the model, %s for a batch) and has %s; make %s smaller, or set RANDYGPT_JAVA_OPTS=-Xmx... if the machine has more"
                            .formatted(
                                    Formats.bytes(need.total()),
                                    Formats.bytes(need.model),
                                    Formats.bytes(need.batch),
                                    Formats.bytes(available),
                                    need.model > need.batch ? "--width or --layers" : "--batch or --context"));
        }
        return graph;
    }

    /** Bytes of heap in all. */
    long total() {
        return model + batch + EVERYTHING_ELSE;
    }
}
