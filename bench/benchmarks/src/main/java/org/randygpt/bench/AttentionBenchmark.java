package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.KeyValueCache;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;

/** Causal attention on one core: forward, backward, and of a last position to a cache. */
public non-sealed class AttentionBenchmark extends Twins {
    /** B x T x H x G x D: sequences, positions of each, heads, heads of keys and values, head size. */
    @Param({"32x64x8x8x16", "32x64x4x4x32", "1x1024x12x12x64", "1x1x4x4x32", "2x67x6x2x10", "3x3x1x1x5"})
    public String shape = "";

    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private AttentionShape sizes = new AttentionShape(1, 1, 1, 1);
    private AttentionShape newest = sizes;
    private Matrix qkv = Matrix.zeros(0, 0);
    private Matrix out = qkv;
    private Matrix logSumExp = qkv;
    private Matrix dOut = qkv;
    private Matrix dQkv = qkv;
    private Matrix newestQkv = qkv;
    private Matrix newestOut = qkv;
    private Matrix cache = qkv;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] numbers = sizes(shape);
        chosen = alone();
        sizes = new AttentionShape(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        newest = new AttentionShape(1, 1, sizes.heads(), sizes.keyValueHeads(), sizes.headSize());
        int rows = sizes.batch() * sizes.time();
        qkv = Samples.matrix(rows, sizes.qkvWidth());
        out = Matrix.zeros(rows, sizes.width());
        logSumExp = Matrix.zeros(sizes.batch() * sizes.heads(), sizes.time());
        dOut = Samples.matrix(rows, sizes.width());
        dQkv = Matrix.zeros(rows, sizes.qkvWidth());
        newestQkv = Samples.matrix(1, sizes.qkvWidth());
        newestOut = Matrix.zeros(1, sizes.width());
        cache = Samples.matrix(KeyValueCache.rows(sizes.time()), sizes.keyValueWidth());
        chosen.attention(sizes, qkv, out, logSumExp);
    }

    /** The weighted values. */
    @Benchmark
    public Matrix forward() {
        chosen.attention(sizes, qkv, out, logSumExp);
        return out;
    }

    /** The gradient of queries, keys and values. */
    @Benchmark
    public Matrix backward() {
        chosen.attentionBackward(sizes, qkv, out, logSumExp, dOut, dQkv, Store.REPLACE);
        return dQkv;
    }

    /** The weighted values of position T of one sequence, as in generation. */
    @Benchmark
    public Matrix cached() {
        chosen.cachedAttention(newest, newestQkv, sizes.time() - 1, cache, newestOut);
        return newestOut;
    }
}
