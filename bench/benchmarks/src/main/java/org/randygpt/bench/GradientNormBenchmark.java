package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.randygpt.bench.report.Samples;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Init;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Algorithm;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;

/** The norm of all gradients, by which they are clipped, on one core. */
public non-sealed class GradientNormBenchmark extends Twins {
    /** How many gradients; the last are as many as the default model has. */
    @Param({"1", "67", "4097", "809088"})
    public int count = 1;

    private final Workers team = new Workers(1);
    private Optimizer optimizer =
            new Optimizer(OptimizerConfig.usual(Algorithm.ADAMW), parameters(), team, ReferenceKernels::new);

    /** Fills the gradients with random numbers. */
    @Setup
    public void fill() throws IOException {
        optimizer = new Optimizer(OptimizerConfig.usual(Algorithm.ADAMW), parameters(), team, factory());
    }

    private Parameters parameters() {
        Graph graph = new Graph(1, 1);
        var _ = graph.vector("gain", count, new Init.Constant(1));
        Parameters parameters = new Parameters(graph);
        Samples.fill(parameters.all(parameters.gradients()));
        return parameters;
    }

    /** Ends the team. */
    @TearDown
    public void stop() {
        team.close();
    }

    /** The norm. */
    @Benchmark
    public float norm() {
        return optimizer.gradientNorm();
    }
}
