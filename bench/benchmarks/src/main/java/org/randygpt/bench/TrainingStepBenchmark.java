package org.randygpt.bench;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.randygpt.bench.report.Samples;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;

/** A whole training step: forward, backward, the gradients' norm and the update. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 2)
public non-sealed class TrainingStepBenchmark extends Twins {
    /** What is trained, by its own recipe. */
    @Param({"QWEN3", "GPT2"})
    public Model model = Model.QWEN3;

    /** Sequences of a step. */
    @Param({"1", "32"})
    public int batch = 1;

    /** Threads, the caller included; 0: one for each processor. */
    @Param({"1", "0"})
    public int threads = 1;

    private Workers workers = new Workers(1);
    private Run run = new Run(model, batch, workers, ReferenceKernels::new);

    /** Everything that a step needs. */
    private static final class Run {
        private final OptimizerConfig settings;
        private final CpuPlan plan;
        private final Optimizer optimizer;
        private final int[] tokens;
        private final int[] targets;
        private long step;

        Run(Model model, int batch, Workers workers, Kernels.Factory factory) {
            Graph graph = model.training(batch);
            Parameters parameters = new Parameters(graph);
            parameters.initialize(new SplittableRandom(1));
            tokens = Samples.tokens(batch * graph.time(), model.config().vocabSize());
            targets = new int[tokens.length];
            for (int i = 0; i < tokens.length; i++) {
                targets[i] = tokens[(i + 1) % tokens.length];
            }
            plan = new CpuPlan(graph, parameters, workers, factory);
            settings = model.optimizer();
            optimizer = new Optimizer(settings, parameters, workers, factory);
        }

        float step() {
            float loss = plan.forward(tokens, targets);
            plan.backward();
            float norm = optimizer.gradientNorm();
            optimizer.step(step++, settings.learningRate(), Math.min(1, settings.clip() / norm));
            return loss;
        }
    }

    /** Starts the threads. */
    @Setup
    public void start() throws IOException {
        workers.close();
        workers = new Workers(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        run = new Run(model, batch, workers, factory());
    }

    /** Ends the threads. */
    @TearDown
    public void stop() {
        workers.close();
    }

    /** The loss before the update. */
    @Benchmark
    public float step() {
        return run.step();
    }
}
