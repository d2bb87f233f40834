package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.randygpt.bench.report.Samples;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;

/**
 * Reading a prompt into an empty context on one core; making the context and the graphs counts, as it does for users.
 */
public non-sealed class PrefillBenchmark extends Twins {
    /** The model. */
    @Param({"QWEN3", "GPT2"})
    public Model model = Model.QWEN3;

    /** Tokens of the prompt. */
    @Param({"1", "3", "64"})
    public int tokens = 1;

    private final Workers team = new Workers(1);
    private Kernels.Factory factory = ReferenceKernels::new;
    private Parameters parameters = model.parameters();
    private int[] prompt = {};

    /** Makes a model of random weights. */
    @Setup
    public void fill() throws IOException {
        factory = factory();
        parameters = model.parameters();
        prompt = Samples.tokens(tokens, model.config().vocabSize());
    }

    /** Ends the team. */
    @TearDown
    public void stop() {
        team.close();
    }

    /** The logits of the token after the prompt. */
    @Benchmark
    public float[] append() {
        return new Generator(model.config(), parameters, team, factory).append(prompt);
    }
}
