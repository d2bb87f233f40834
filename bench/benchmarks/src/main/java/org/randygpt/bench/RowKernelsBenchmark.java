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
import org.openjdk.jmh.annotations.Warmup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;

/** Norms and activations on one core, on rows of the default model and on more than the caches hold. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowKernelsBenchmark {
    private static final float EPSILON = 1e-5f;

    /** Rows of 128 numbers: those of a training step, and half a gigabyte. */
    @Param({"2048", "1048576"})
    public int rows;

    private final Kernels kernels = new VectorKernels(Share.ALL);
    private final Matrix gain = Samples.matrix(1, 128);
    private final Matrix bias = Samples.matrix(1, 128);
    private Matrix x = gain;
    private Matrix dOut = gain;
    private Matrix out = gain;
    private Matrix dX = gain;
    private Matrix statistics = gain;
    private Matrix inverseRms = gain;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() {
        x = Samples.matrix(rows, gain.cols());
        dOut = Samples.matrix(rows, gain.cols());
        out = Matrix.zeros(rows, gain.cols());
        dX = Matrix.zeros(rows, gain.cols());
        statistics = Matrix.zeros(rows, 2);
        inverseRms = Matrix.zeros(rows, 1);
        kernels.layerNorm(x, gain, bias, EPSILON, out, statistics);
        kernels.rmsNorm(x, EPSILON, out, inverseRms);
    }

    /** out = GELU(x). */
    @Benchmark
    public Matrix gelu() {
        kernels.activation(Activation.GELU, x, out);
        return out;
    }

    /** dX = dOut · GELU'(x), out = GELU(x). */
    @Benchmark
    public Matrix geluBackward() {
        kernels.activationBackward(Activation.GELU, x, dOut, dX, Store.REPLACE, out);
        return dX;
    }

    /** out = layerNorm(x). */
    @Benchmark
    public Matrix layerNorm() {
        kernels.layerNorm(x, gain, bias, EPSILON, out, statistics);
        return out;
    }

    /** The gradient of x. */
    @Benchmark
    public Matrix layerNormBackward() {
        kernels.layerNormBackward(x, gain, statistics, dOut, out, Store.REPLACE);
        return out;
    }

    /** out = rmsNorm(x). */
    @Benchmark
    public Matrix rmsNorm() {
        kernels.rmsNorm(x, EPSILON, out, inverseRms);
        return out;
    }

    /** The gradient of x. */
    @Benchmark
    public Matrix rmsNormBackward() {
        kernels.rmsNormBackward(x, inverseRms, dOut, out, Store.REPLACE);
        return out;
    }
}
