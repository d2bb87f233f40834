package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.RotaryTable;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;

/** What Qwen3 does to queries and keys before they meet, on one core: a norm of each head, and rotary positions. */
public non-sealed class QueryKeyBenchmark extends Twins {
    private static final float EPSILON = 1e-5f;

    /** B x T x H x G x D: sequences, positions of each, heads, heads of keys and values, head size. */
    @Param({"32x64x4x4x32", "1x1024x12x4x64", "1x1x4x4x32", "1x3x6x2x10"})
    public String shape = "";

    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private AttentionShape sizes = new AttentionShape(1, 1, 1, 1);
    private int[] positions = {};
    private Matrix qkv = Matrix.zeros(0, 0);
    private Matrix gains = qkv;
    private Matrix table = qkv;
    private Matrix inverseRms = qkv;
    private Matrix dOut = qkv;
    private Matrix out = qkv;
    private Matrix dGains = qkv;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] numbers = sizes(shape);
        chosen = alone();
        sizes = new AttentionShape(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        int rows = sizes.batch() * sizes.time();
        positions = new int[rows];
        for (int row = 0; row < rows; row++) {
            positions[row] = row % sizes.time();
        }
        qkv = Samples.matrix(rows, sizes.qkvWidth());
        gains = Samples.matrix(2, sizes.headSize());
        table = Matrix.zeros(sizes.time(), sizes.headSize());
        RotaryTable.fill(table, 1024);
        inverseRms = Matrix.zeros(rows, sizes.heads() + sizes.keyValueHeads());
        dOut = Samples.matrix(rows, sizes.qkvWidth());
        out = Matrix.zeros(rows, sizes.qkvWidth());
        dGains = Matrix.zeros(2, sizes.headSize());
        chosen.headRmsNorm(sizes, qkv, gains, EPSILON, out, inverseRms);
    }

    /** Queries and keys of unit mean square, times their gains. */
    @Benchmark
    public Matrix norm() {
        chosen.headRmsNorm(sizes, qkv, gains, EPSILON, out, inverseRms);
        return out;
    }

    /** The gradient of queries and keys. */
    @Benchmark
    public Matrix normBackward() {
        chosen.headRmsNormBackward(sizes, qkv, gains, inverseRms, dOut, out, Store.REPLACE);
        return out;
    }

    /** Adds up the gradient of the gains. */
    @Benchmark
    public Matrix normGradients() {
        chosen.headRmsNormGradients(sizes, qkv, inverseRms, dOut, dGains);
        return dGains;
    }

    /** Queries and keys turned by their positions. */
    @Benchmark
    public Matrix rotate() {
        chosen.rotate(sizes, qkv, positions, table, out);
        return out;
    }

    /** The gradient of what was turned. */
    @Benchmark
    public Matrix rotateBackward() {
        chosen.rotateBackward(sizes, positions, table, dOut, out, Store.REPLACE);
        return out;
    }
}
