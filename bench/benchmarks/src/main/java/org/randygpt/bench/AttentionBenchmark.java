package org.randygpt.bench;

import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;

/** Causal attention on one core, forward and backward. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
    /** B x T x H x D: sequences, positions of each, heads, head size. */
    @Param({"32x64x8x16", "1x1024x12x64"})
    public String shape = "";

    private final Kernels kernels = new VectorKernels(Share.ALL);
    private AttentionShape sizes = new AttentionShape(1, 1, 1, 1);
    private Matrix qkv = Matrix.zeros(0, 0);
    private Matrix out = qkv;
    private Matrix logSumExp = qkv;
    private Matrix dOut = qkv;
    private Matrix dQkv = qkv;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() {
        int[] numbers =
                Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
        sizes = new AttentionShape(numbers[0], numbers[1], numbers[2], numbers[3]);
        int rows = sizes.batch() * sizes.time();
        qkv = Samples.matrix(rows, 3 * sizes.width());
        out = Matrix.zeros(rows, sizes.width());
        logSumExp = Matrix.zeros(sizes.batch() * sizes.heads(), sizes.time());
        dOut = Samples.matrix(rows, sizes.width());
        dQkv = Matrix.zeros(rows, 3 * sizes.width());
        kernels.attention(sizes, qkv, out, logSumExp);
    }

    /** The weighted values. */
    @Benchmark
    public Matrix forward() {
        kernels.attention(sizes, qkv, out, logSumExp);
        return out;
    }

    /** The gradient of queries, keys and values. */
    @Benchmark
    public Matrix backward() {
        kernels.attentionBackward(sizes, qkv, out, logSumExp, dOut, dQkv, Store.REPLACE);
        return dQkv;
    }
}
