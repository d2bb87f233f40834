package org.randygpt.bench;

import java.io.IOException;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
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

/** The update of one hidden matrix on one core: of Muon that is momentum, orthogonalization and step. */
public non-sealed class OptimizerBenchmark extends Twins {
    /** What changes the matrix. */
    @Param({"ADAMW", "MUON"})
    public Algorithm algorithm = Algorithm.ADAMW;

    /** R x C: the small models' matrices, wide and tall, and odd ones. */
    @Param({"128x128", "128x344", "512x128", "67x131", "3x67", "1x128"})
    public String shape = "1x1";

    private final Workers team = new Workers(1);
    private OptimizerConfig settings = OptimizerConfig.usual(algorithm);
    private Parameters parameters = new Parameters(graph());
    private Optimizer optimizer = new Optimizer(settings, parameters, team, ReferenceKernels::new);
    private float[] gradients = {};
    private long step;

    /** Fills the matrix with random numbers. */
    @Setup
    public void fill() throws IOException {
        parameters = new Parameters(graph());
        parameters.initialize(new SplittableRandom(1));
        Samples.fill(parameters.all(parameters.gradients()));
        gradients = parameters.gradients().clone();
        settings = OptimizerConfig.usual(algorithm);
        optimizer = new Optimizer(settings, parameters, team, factory());
    }

    private Graph graph() {
        int[] sizes = sizes(shape);
        Graph graph = new Graph(1, 1);
        var _ = graph.matrix("weight", sizes[0], sizes[1], new Init.Normal(0.02f));
        return graph;
    }

    /** A step clears the gradients; of zeros alone, moments would die away into numbers that processors are slow at. */
    @Setup(Level.Invocation)
    public void differentiate() {
        System.arraycopy(gradients, 0, parameters.gradients(), 0, gradients.length);
    }

    /** Ends the team. */
    @TearDown
    public void stop() {
        team.close();
    }

    /** The weights after an update. */
    @Benchmark
    public float[] step() {
        optimizer.step(step++, settings.learningRate(), 1);
        return parameters.values();
    }
}
