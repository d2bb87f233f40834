package org.randygpt.bench.regression;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.randygpt.bench.report.Samples;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.AdamWStep;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Kernels.AdamWState;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Algorithm;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;

/** What is watched: each kind of kernel, whole training steps, generation. */
final class Figures {
    private static final int ROWS = 2048;
    private static final int WIDTH = 128;
    private static final int VOCABULARY = 67;
    private static final int CONTEXT = 64;
    private static final int BATCH = 32;
    private static final float EPSILON = 1e-5f;
    private static final GptConfig GPT2 =
            new GptConfig(Architecture.GPT2, VOCABULARY, CONTEXT, WIDTH, 4, 8, Head.TIED, EPSILON);
    private static final GptConfig QWEN3 =
            new GptConfig(Architecture.QWEN3, VOCABULARY, CONTEXT, WIDTH, 4, 4, Head.UNTIED, EPSILON);

    private final Kernels vector = new VectorKernels(Share.ALL);
    private final Kernels plain = new ReferenceKernels(Share.ALL);
    private final List<Figure> figures = new ArrayList<>();

    private Figures() {}

    /** All of them. */
    static List<Figure> of(Workers alone, Workers all) {
        Figures made = new Figures();
        made.addProducts();
        made.addRowKernels();
        made.addAttention();
        made.addSteps(alone, all);
        made.addGeneration(alone);
        return made.figures;
    }

    private void addProducts() {
        Matrix x = Samples.matrix(ROWS, WIDTH);
        Matrix wide = Samples.matrix(ROWS, 4 * WIDTH);
        Matrix weight = Samples.matrix(4 * WIDTH, WIDTH);
        Matrix dWeight = Matrix.zeros(4 * WIDTH, WIDTH);
        Matrix outWide = Matrix.zeros(ROWS, 4 * WIDTH);
        Matrix out = Matrix.zeros(ROWS, WIDTH);
        double flops = 2.0 * ROWS * WIDTH * 4 * WIDTH;
        addShare("product a · b, 2048 x 128 x 512", flops, () -> vector.matmul(wide, weight, out, Store.REPLACE));
        addShare(
                "product a · bᵀ, 2048 x 512 x 128",
                flops,
                () -> vector.matmulTransB(x, weight, outWide, Store.REPLACE));
        addShare("product aᵀ · b, 512 x 128 x 2048", flops, () -> vector.matmulTransA(wide, x, dWeight, Store.REPLACE));
        Matrix row = Samples.matrix(1, WIDTH);
        Matrix outRow = Matrix.zeros(1, 4 * WIDTH);
        addAgainstPlain("product a · bᵀ, 1 x 512 x 128", k -> k.matmulTransB(row, weight, outRow, Store.REPLACE));
    }

    private void addRowKernels() {
        Matrix x = Samples.matrix(ROWS, WIDTH);
        Matrix y = Samples.matrix(ROWS, WIDTH);
        Matrix out = Matrix.zeros(ROWS, WIDTH);
        Matrix again = Matrix.zeros(ROWS, WIDTH);
        Matrix gain = Samples.matrix(1, WIDTH);
        Matrix bias = Samples.matrix(1, WIDTH);
        Matrix statistics = Matrix.zeros(ROWS, 2);
        Matrix inverseRms = Matrix.zeros(ROWS, 1);
        addAgainstPlain("GELU", k -> k.activation(Activation.GELU, x, out));
        addAgainstPlain("GELU backward", k -> k.activationBackward(Activation.GELU, x, y, out, Store.REPLACE, again));
        addAgainstPlain("layer norm", k -> k.layerNorm(x, gain, bias, EPSILON, out, statistics));
        addAgainstPlain("layer norm backward", k -> k.layerNormBackward(x, gain, statistics, y, out, Store.REPLACE));
        addAgainstPlain("RMS norm", k -> k.scaledRmsNorm(x, gain, EPSILON, out, inverseRms));
        addAgainstPlain("RMS norm backward", k -> k.scaledRmsNormBackward(x, gain, inverseRms, y, out, Store.REPLACE));
        Matrix half = Matrix.zeros(ROWS, WIDTH / 2);
        addAgainstPlain("SwiGLU", k -> k.swiglu(x, half));
        Matrix logits = Samples.matrix(ROWS, VOCABULARY);
        Matrix dLogits = Matrix.zeros(ROWS, VOCABULARY);
        Matrix losses = Matrix.zeros(ROWS, 1);
        Matrix logSumExp = Matrix.zeros(ROWS, 1);
        int[] targets = Samples.tokens(ROWS, VOCABULARY);
        addAgainstPlain("cross entropy", k -> k.crossEntropy(logits, targets, losses, logSumExp));
        addAgainstPlain(
                "cross entropy backward",
                k -> k.crossEntropyBackward(logits, targets, logSumExp, dLogits, Store.REPLACE));
        AdamWStep step = new AdamWStep(0.9f, 0.99f, 1e-8f);
        step.set(1, 1e-4f, 1);
        Matrix squares = Samples.matrix(ROWS, WIDTH);
        for (int i = squares.offset(); i < squares.offset() + squares.size(); i++) {
            squares.data()[i] *= squares.data()[i];
        }
        addAgainstPlain("AdamW", k -> k.adamW(step, 0, new AdamWState(again, y, out, squares)));
    }

    private void addAttention() {
        AttentionShape shape = new AttentionShape(BATCH, CONTEXT, 4, WIDTH / 4);
        Matrix qkv = Samples.matrix(ROWS, 3 * WIDTH);
        Matrix out = Matrix.zeros(ROWS, WIDTH);
        Matrix logSumExp = Matrix.zeros(BATCH * shape.heads(), CONTEXT);
        Matrix dOut = Samples.matrix(ROWS, WIDTH);
        Matrix dQkv = Matrix.zeros(ROWS, 3 * WIDTH);
        addAgainstPlain("attention", k -> k.attention(shape, qkv, out, logSumExp));
        addAgainstPlain(
                "attention backward", k -> k.attentionBackward(shape, qkv, out, logSumExp, dOut, dQkv, Store.REPLACE));
    }

    private void addSteps(Workers alone, Workers all) {
        OptimizerConfig adamW = OptimizerConfig.usual(Algorithm.ADAMW);
        addShare("training step, gpt2 with AdamW", flopsOfStep(GPT2), step(GPT2, adamW, alone));
        Runnable modern = step(QWEN3, OptimizerConfig.usual(Algorithm.MUON), alone);
        addShare("training step, qwen3 with Muon", flopsOfStep(QWEN3), modern);
        if (all.count() > 1) {
            figures.add(new Figure.Speed(
                    "training step, gpt2 with AdamW, %d workers against one".formatted(all.count()),
                    new Stopwatch(step(GPT2, adamW, all), all.count()),
                    new Stopwatch(step(GPT2, adamW, alone), 1)));
        }
    }

    private void addGeneration(Workers alone) {
        Parameters parameters = parameters(QWEN3);
        int[] tokens = Samples.tokens(CONTEXT, VOCABULARY);
        Generator generator = new Generator(QWEN3, parameters, alone, VectorKernels::new);
        double flops = (double) CONTEXT * flopsOfStep(QWEN3) / (3.0 * BATCH * CONTEXT);
        addShare("generating 64 tokens, qwen3", flops, () -> append(generator, tokens));
    }

    private static void append(Generator generator, int[] tokens) {
        for (int token : tokens) {
            generator.append(token);
        }
    }

    private static Parameters parameters(GptConfig config) {
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new SplittableRandom(1));
        return parameters;
    }

    private static double flopsOfStep(GptConfig config) {
        return 3.0
                * Gpt.training(config, BATCH, CONTEXT).ops().stream()
                        .mapToLong(Op::flops)
                        .sum();
    }

    private static Runnable step(GptConfig config, OptimizerConfig rates, Workers workers) {
        Graph graph = Gpt.training(config, BATCH, CONTEXT);
        Parameters parameters = parameters(config);
        CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
        Optimizer optimizer = new Optimizer(rates, parameters, workers, VectorKernels::new);
        int[] tokens = Samples.tokens(BATCH * CONTEXT, VOCABULARY);
        return () -> {
            var _ = plan.forward(tokens, tokens);
            plan.backward();
            // So small a rate that the weights stay what they are, and numbers normal.
            optimizer.step(0, 1e-9f, 1);
        };
    }

    private void addShare(String name, double flops, Runnable work) {
        figures.add(new Figure.ShareOfPeak(name + ", share of peak", flops, new Stopwatch(work, 1)));
    }

    private void addAgainstPlain(String name, Consumer<Kernels> call) {
        figures.add(new Figure.Speed(
                name + ", against plain loops",
                new Stopwatch(() -> call.accept(vector), 1),
                new Stopwatch(() -> call.accept(plain), 1)));
    }
}
