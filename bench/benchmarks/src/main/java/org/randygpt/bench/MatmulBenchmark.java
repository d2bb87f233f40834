package org.randygpt.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.Blas;
import org.randygpt.kernels.BlasKernels;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/**
 * The three matrix products on one core, at the shapes of a training step of the default model and a large one; ours
 * beside those of OpenBLAS, which fail by saying so where there is none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {
    /** M x K x N: out (M, N) from sums over K. */
    @Param({"2048x128x384", "2048x128x512", "2048x512x128", "2048x128x128", "2048x128x67", "1024x1024x1024"})
    public String shape = "";

    /** Whose products. */
    @Param({"vector", "blas"})
    public String arithmetic = "vector";

    private Kernels kernels = new VectorKernels(Share.ALL);
    private Matrix x = Matrix.zeros(0, 0);
    private Matrix weight = x;
    private Matrix weightTransposed = x;
    private Matrix out = x;
    private double gigaFlops;
    private double peak;

    /** Fills the sides with random numbers, and measures the peak. */
    @Setup
    public void fill() throws IOException {
        if (arithmetic.equals("blas")) {
            kernels = new BlasKernels(Blas.find(), Share.ALL);
        }
        try (Workers alone = new Workers(1)) {
            peak = MultiplyAddPeak.measure(alone) / 1e9;
        }
        String[] sizes = shape.split("x", -1);
        int rows = Integer.parseInt(sizes[0]);
        int depth = Integer.parseInt(sizes[1]);
        int cols = Integer.parseInt(sizes[2]);
        x = Samples.matrix(rows, depth);
        weight = Samples.matrix(depth, cols);
        weightTransposed = Samples.matrix(cols, depth);
        out = Samples.matrix(rows, cols);
        gigaFlops = 2e-9 * rows * depth * cols;
    }

    /** The rate in units that compare with the machine's peak. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Rate {
        /** Billions of floating-point operations, a second in the output. */
        public double gigaFlops;

        /** The same in per cent of the peak of multiply-adds measured before. */
        public double percentOfPeak;

        /** Each iteration counts for itself. */
        @Setup(Level.Iteration)
        public void reset() {
            gigaFlops = 0;
            percentOfPeak = 0;
        }

        private void add(double work, double peak) {
            gigaFlops += work;
            percentOfPeak += 100 * work / peak;
        }
    }

    /** out = x · weight. */
    @Benchmark
    public Matrix matmul(Rate rate) {
        kernels.matmul(x, weight, out, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return out;
    }

    /** out = x · weightᵀ. */
    @Benchmark
    public Matrix matmulTransB(Rate rate) {
        kernels.matmulTransB(x, weightTransposed, out, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return out;
    }

    /** weight = xᵀ · out: a weight's gradient. */
    @Benchmark
    public Matrix matmulTransA(Rate rate) {
        kernels.matmulTransA(x, out, weight, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return weight;
    }
}
