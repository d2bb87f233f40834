package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.TokenDataset;

/** A program that trains the Rust program's model with its settings on a text, and writes what came of it. */
final class SeedTraining {
    private static final long SEED = 1337;
    private static final int CONTEXT = 64;
    private static final int BATCH = 32;
    private static final float LEARNING_RATE = 3e-4f;
    /** Batches whose mean loss is the first or the last one. */
    private static final int BATCHES = 10;

    private final Arithmetic arithmetic;
    private final TokenDataset dataset;
    private final CpuPlan plan;
    private final LastPositionBackward lastPosition;
    private final Optimizer optimizer;
    private final int[] tokens = new int[BATCH * CONTEXT];
    private final int[] targets = new int[tokens.length];

    /** Which gradients are computed. */
    enum Arithmetic {
        /** All of them. */
        ALL,
        /** Those that the Rust program computes. */
        OF_THE_RUST_PROGRAM
    }

    private SeedTraining(Arithmetic arithmetic, String text, Workers workers) {
        this.arithmetic = arithmetic;
        CharTokenizer tokenizer = CharTokenizer.of(text);
        dataset = TokenDataset.of(tokenizer.bos(), tokenizer.encode(text), CONTEXT, SEED);
        GptConfig config = config(tokenizer.vocabSize());
        Graph graph = Gpt.training(config, BATCH, CONTEXT);
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new SplittableRandom(SEED));
        plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
        lastPosition = new LastPositionBackward(config, plan, workers);
        // Its Adam has no weight decay, and it does not clip.
        OptimizerConfig adam = OptimizerConfig.adamW(LEARNING_RATE, 0.9f, 0.999f, 0, Float.POSITIVE_INFINITY);
        optimizer = new Optimizer(adam, parameters, workers, VectorKernels::new);
    }

    private static GptConfig config(int vocabSize) {
        return new GptConfig(Architecture.RANDYGPT, vocabSize, CONTEXT, 128, 4, 8, Head.UNTIED, 1e-5f);
    }

    /** Arguments: the file to write, the text, an {@link Arithmetic}, the number of steps, that of threads. */
    public static void main(String... args) throws IOException {
        String text = Files.readString(Path.of(args[1]));
        try (Workers workers = new Workers(Integer.parseInt(args[4]))) {
            SeedTraining training = new SeedTraining(Arithmetic.valueOf(args[2]), text, workers);
            JsonObject.write(Path.of(args[0]), training.run(Integer.parseInt(args[3])));
        }
    }

    private Map<String, Object> run(int steps) {
        double initial = 0;
        double last = 0;
        int counted = Math.min(BATCHES, steps);
        for (int step = 0; step < steps; step++) {
            double loss = step(step);
            initial += step < counted ? loss / counted : 0;
            last += step >= steps - counted ? loss / counted : 0;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("initial_loss", initial);
        result.put("final_loss", last);
        result.put("flops", steps * flops());
        return result;
    }

    /** Returns the mean loss of all positions before the update. */
    private float step(int step) {
        dataset.sample((long) step * BATCH, tokens, targets);
        float loss = plan.forward(tokens, targets);
        switch (arithmetic) {
            case ALL -> plan.backward();
            case OF_THE_RUST_PROGRAM -> lastPosition.run(tokens, targets);
        }
        optimizer.step(step, LEARNING_RATE, 1);
        return loss;
    }

    /** Of the matrix products of a step. */
    private double flops() {
        double forward = plan.graph().ops().stream().mapToLong(Op::flops).sum();
        return forward
                + switch (arithmetic) {
                    case ALL -> 2 * forward;
                    case OF_THE_RUST_PROGRAM -> lastPosition.flops();
                };
    }
}
