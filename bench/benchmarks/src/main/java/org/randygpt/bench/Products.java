package org.randygpt.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.Workers;

/** The three matrix products on one core. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public abstract sealed class Products extends Twins permits MatmulBenchmark, SgemmBenchmark {
    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private Matrix x = Matrix.zeros(0, 0);
    private Matrix weight = x;
    private Matrix weightTransposed = x;
    private Matrix out = x;
    private double gigaFlops;
    private double peak;

    /** Makes an x (rows, depth), a weight (depth, cols) and an out (rows, cols), and measures the peak. */
    final void fill(int rows, int depth, int cols) throws IOException {
        chosen = alone();
        try (Workers team = new Workers(1)) {
            peak = MultiplyAddPeak.measure(team) / 1e9;
        }
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
        chosen.matmul(x, weight, out, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return out;
    }

    /** out = x · weightᵀ. */
    @Benchmark
    public Matrix matmulTransB(Rate rate) {
        chosen.matmulTransB(x, weightTransposed, out, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return out;
    }

    /** weight = xᵀ · out: a weight's gradient. */
    @Benchmark
    public Matrix matmulTransA(Rate rate) {
        chosen.matmulTransA(x, out, weight, Store.REPLACE);
        rate.add(gigaFlops, peak);
        return weight;
    }
}
