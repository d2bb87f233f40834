package org.randygpt.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;

/** A whole training step of the Rust program's model: 4 layers, width 128, 8 heads, context 64, batch 32. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 2)
public class TrainingStepBenchmark {
    private static final int VOCABULARY = 67;
    private static final int CONTEXT = 64;
    private static final int BATCH = 32;

    /** What the blocks are made of. */
    @Param({"GPT2", "RANDYGPT"})
    public Architecture architecture = Architecture.GPT2;

    /** Threads, the caller included; 0: one for each processor. */
    @Param({"1", "0"})
    public int threads;

    private Workers workers = new Workers(1);
    private Model model = new Model(Architecture.GPT2, workers);
    private long step;

    /** Everything that a step needs. */
    private static final class Model {
        private final CpuPlan plan;
        private final Optimizer optimizer;
        private final int[] tokens = new int[BATCH * CONTEXT];
        private final int[] targets = new int[BATCH * CONTEXT];

        Model(Architecture architecture, Workers workers) {
            Head head = architecture == Architecture.GPT2 ? Head.TIED : Head.UNTIED;
            GptConfig config = new GptConfig(architecture, VOCABULARY, CONTEXT, 128, 4, 8, head, 1e-5f);
            Graph graph = Gpt.training(config, BATCH, CONTEXT);
            Parameters parameters = new Parameters(graph);
            SplittableRandom random = new SplittableRandom(1);
            parameters.initialize(random);
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = random.nextInt(VOCABULARY);
                targets[i] = random.nextInt(VOCABULARY);
            }
            plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            OptimizerConfig settings = OptimizerConfig.adamW(1e-4f, 0.9f, 0.99f, 0.1f, 1);
            optimizer = new Optimizer(settings, parameters, workers, VectorKernels::new);
        }
    }

    /** Starts the threads. */
    @Setup
    public void start() {
        workers.close();
        workers = new Workers(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        model = new Model(architecture, workers);
    }

    /** Ends the threads. */
    @TearDown
    public void stop() {
        workers.close();
    }

    /** Forward, backward and update. */
    @Benchmark
    public float step() {
        float loss = model.plan.forward(model.tokens, model.targets);
        model.plan.backward();
        float norm = model.optimizer.gradientNorm();
        model.optimizer.step(step++, 1e-4f, Math.min(1, 1 / norm));
        return loss;
    }
}
