package org.randygpt.bench;

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
import org.randygpt.bench.report.ModelSize;
import org.randygpt.core.generate.Generator;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** One token more on one core, without the choice of it; a full context slides by half. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
    /** The model. */
    @Param({"DEFAULT", "GPT2_124M"})
    public ModelSize model = ModelSize.DEFAULT;

    private final Workers alone = new Workers(1);
    private Generator generator = new Generator(model.config(), model.parameters(), alone, VectorKernels::new);
    private int token;

    /** Makes a model of random weights. */
    @Setup
    public void fill() {
        generator = new Generator(model.config(), model.parameters(), alone, VectorKernels::new);
    }

    /** Ends the team. */
    @TearDown
    public void stop() {
        alone.close();
    }

    /** The logits of the next token. */
    @Benchmark
    public float[] append() {
        token = (token + 1) % model.config().vocabSize();
        return generator.append(token);
    }
}
