package org.randygpt.cli;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.MemoryLayout;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Tensor.Kind;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.train.Algorithm;
import org.randygpt.train.Floors;
import org.randygpt.train.TrainingConfig;
import org.randygpt.train.evaluation.CompressedSize;
import org.randygpt.train.evaluation.TextScorer;

/**
 * The heap that a command takes, counted before it is taken.
 *
 * @param parts what it is taken for
 * @param largest bytes of the largest array
 */
record MemoryNeed(List<Part> parts, long largest) {
    // Values, gradients, two moments, and a copy of the values that is being saved.
    private static final int ARRAYS_OF_PARAMETERS = 5;
    // The mean and the copy of the values beside it.
    private static final int ARRAYS_OF_AVERAGING = 2;
    // Values and gradients, which only training uses.
    private static final int ARRAYS_OF_LOADED_PARAMETERS = 2;
    // The program itself and buffers of files.
    private static final long PROGRAM = 10L << 20;
    // Java beside its heap, with classes, compiled code and the compiler at work, as counted by its own tracking; and
    // the
    // heap's young generation, which the launcher gives 16 MB.
    private static final long JAVA = 116L << 20;
    // The serial collector keeps one of its two survivor spaces empty, and counts it: a thirtieth of the heap.
    private static final int COLLECTORS_PART = 28;

    /**
     * Memory of one kind.
     *
     * @param what has it
     * @param bytes how much
     * @param remedy what takes less
     */
    record Part(String what, long bytes, String remedy) {}

    /**
     * What training takes.
     *
     * @param textBytes of all files; more tokens than bytes are seldom, and many of them are kept elsewhere
     */
    static MemoryNeed ofTraining(Graph graph, GptConfig config, TrainingConfig settings, int threads, long textBytes) {
        MemoryLayout layout = MemoryLayout.of(graph, MemoryLayout.Reuse.BY_LIFETIME);
        long batch = layout.bytes() + bytes(graph, Kind.STATISTIC);
        if (settings.dropout() > 0) {
            // Validation has a graph of its own, without it.
            batch += activations(Gpt.training(config, settings.microBatch(), config.context()));
        }
        long arrays = (long) ARRAYS_OF_PARAMETERS + (settings.averaging() > 0 ? ARRAYS_OF_AVERAGING : 0);
        long numbers = arrays * graph.parameterCount() + savedMoments(graph, settings);
        // The tables of its n-grams are gone before the batch is there.
        long tokens = Math.min(textBytes, TokenCache.FEW);
        long text = TokenCache.bytes(tokens, config.vocabSize()) + Math.max(0, Floors.bytes(tokens) - batch);
        long largest = (long) Float.BYTES * graph.parameterCount();
        for (int size : layout.slotSizes()) {
            largest = Math.max(largest, (long) Float.BYTES * size);
        }
        return new MemoryNeed(
                List.of(
                        new Part("the model", Float.BYTES * numbers, "make --width or --layers smaller"),
                        new Part("a batch", batch, "make --micro-batch or --context smaller"),
                        threads(threads, graph.time(), config),
                        new Part("the text", text, "use a shorter text")),
                largest);
    }

    /** What generating takes, after a prompt as long as the context. */
    static MemoryNeed ofGeneration(GptConfig config, int threads) {
        Graph graph = Gpt.decoding(config);
        Graph prompt = Gpt.prefill(config, config.context());
        long passes = activations(graph) + bytes(graph, Kind.CACHE) + activations(prompt);
        long weights = (long) Float.BYTES * graph.parameterCount();
        return new MemoryNeed(
                List.of(
                        new Part("the model", ARRAYS_OF_LOADED_PARAMETERS * weights + passes, "use a smaller model"),
                        threads(threads, config.context(), config)),
                weights);
    }

    /**
     * What evaluating takes.
     *
     * @param textBytes of all files, of what is measured on and of what is counted
     */
    static MemoryNeed ofEvaluation(GptConfig config, int threads, long textBytes) {
        Graph graph = Gpt.training(config, TextScorer.batch(config), config.context());
        MemoryLayout layout = MemoryLayout.of(graph, MemoryLayout.Reuse.BY_LIFETIME);
        long weights = (long) Float.BYTES * graph.parameterCount();
        long largest = weights;
        for (int size : layout.slotSizes()) {
            largest = Math.max(largest, (long) Float.BYTES * size);
        }
        long batch = layout.bytes() + bytes(graph, Kind.STATISTIC);
        // The tables and the compressor are gone before the batch is there.
        long before = Math.max(Floors.bytes(textBytes), CompressedSize.memory(textBytes));
        long text = TokenCache.bytes(Math.min(textBytes, 2 * TokenCache.FEW), config.vocabSize());
        return new MemoryNeed(
                List.of(
                        new Part("the model", ARRAYS_OF_LOADED_PARAMETERS * weights, "use a smaller model"),
                        new Part("a batch", batch, "use a smaller model"),
                        threads(threads, graph.time(), config),
                        new Part("the text", text + Math.max(0, before - batch), "use a shorter text")),
                largest);
    }

    /** Copies of moments that are being saved: AdamW has two of a weight, Muon one. */
    private static long savedMoments(Graph graph, TrainingConfig settings) {
        boolean muon = settings.optimizer().algorithm() == Algorithm.MUON;
        return graph.parameters().values().stream()
                .mapToLong(parameter -> (muon && parameter.role() == Role.HIDDEN ? 1L : 2L) * parameter.size())
                .sum();
    }

    private static long activations(Graph graph) {
        return MemoryLayout.of(graph, MemoryLayout.Reuse.BY_LIFETIME).bytes() + bytes(graph, Kind.STATISTIC);
    }

    private static long bytes(Graph graph, Kind kind) {
        return graph.tensors().stream()
                .filter(tensor -> tensor.kind() == kind)
                .mapToLong(tensor -> (long) Float.BYTES * tensor.size())
                .sum();
    }

    private static Part threads(int threads, int time, GptConfig config) {
        return new Part(
                Formats.count(threads, "thread"),
                threads * VectorKernels.scratchBytes(time, config.headSize(), config.width()),
                "make --threads smaller");
    }

    /**
     * Bytes that the process needs at its peak, as the system counts them, which garbage may raise: not what the heap
     * must have room for, of which some may stay unused, but with Java itself.
     */
    long process() {
        return parts.stream().mapToLong(Part::bytes).sum() + JAVA;
    }

    /**
     * Throws {@link BadInputException} when this is more than there is, naming both and what to make smaller.
     *
     * @param available bytes of heap
     */
    void requireWithin(long available) {
        long counted = parts.stream().mapToLong(Part::bytes).sum();
        long rest = rest(counted);
        if (counted + rest <= available) {
            return;
        }
        String shown = parts.stream()
                .map(part -> "%s for %s, ".formatted(Formats.bytes(part.bytes), part.what))
                .collect(Collectors.joining());
        Part most = Collections.max(parts, Comparator.comparingLong(Part::bytes));
        throw new BadInputException(
                "this needs %s of memory (%s%s for everything else) and has %s; %sset RANDYGPT_JAVA_OPTS=-Xmx... if the machine has more"
                        .formatted(
                                Formats.bytes(counted + rest),
                                shown,
                                Formats.bytes(rest),
                                Formats.bytes(available),
                                most.bytes > rest ? most.remedy + ", or " : ""));
    }

    /** What nobody asked for. An array that fits neither generation may leave up to its size unused in one of them. */
    private long rest(long counted) {
        long used = counted + largest + PROGRAM;
        return used - counted + used / COLLECTORS_PART;
    }
}
