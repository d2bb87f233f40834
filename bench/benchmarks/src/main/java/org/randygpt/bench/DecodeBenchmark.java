package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.randygpt.core.generate.Generator;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;

/** One token more on one core, without the choice of it; a full context slides by half. */
public non-sealed class DecodeBenchmark extends Twins {
    /** The model. */
    @Param({"QWEN3", "GPT2", "GPT2_124M"})
    public Model model = Model.QWEN3;

    private final Workers team = new Workers(1);
    private Generator generator = new Generator(model.config(), model.parameters(), team, ReferenceKernels::new);
    private int token;

    /** Makes a model of random weights. */
    @Setup
    public void fill() throws IOException {
        generator = new Generator(model.config(), model.parameters(), team, factory());
    }

    /** Ends the team. */
    @TearDown
    public void stop() {
        team.close();
    }

    /** The logits of the next token. */
    @Benchmark
    public float[] append() {
        token = (token + 1) % model.config().vocabSize();
        return generator.append(token);
    }
}
