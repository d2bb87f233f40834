package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;

/** Norms of rows on one core. */
public non-sealed class NormsBenchmark extends Twins {
    private static final float EPSILON = 1e-5f;

    /** M x C: the rows of a training step, of a token, odd ones, and half a gigabyte. */
    @Param({"2048x128", "1x128", "3x67", "1048576x128"})
    public String shape = "";

    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private Matrix x = Matrix.zeros(0, 0);
    private Matrix gain = x;
    private Matrix bias = x;
    private Matrix dOut = x;
    private Matrix out = x;
    private Matrix statistics = x;
    private Matrix inverseRms = x;
    private Matrix dGain = x;
    private Matrix dBias = x;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] sizes = sizes(shape);
        int rows = sizes[0];
        int cols = sizes[1];
        chosen = alone();
        x = Samples.matrix(rows, cols);
        gain = Samples.matrix(1, cols);
        bias = Samples.matrix(1, cols);
        dOut = Samples.matrix(rows, cols);
        out = Matrix.zeros(rows, cols);
        statistics = Matrix.zeros(rows, 2);
        inverseRms = Matrix.zeros(rows, 1);
        dGain = Matrix.zeros(1, cols);
        dBias = Matrix.zeros(1, cols);
        chosen.layerNorm(x, gain, bias, EPSILON, out, statistics);
        chosen.rmsNorm(x, EPSILON, out, inverseRms);
    }

    /** out = layerNorm(x). */
    @Benchmark
    public Matrix layerNorm() {
        chosen.layerNorm(x, gain, bias, EPSILON, out, statistics);
        return out;
    }

    /** The gradient of x. */
    @Benchmark
    public Matrix layerNormBackward() {
        chosen.layerNormBackward(x, gain, statistics, dOut, out, Store.REPLACE);
        return out;
    }

    /** Adds up the gradients of gain and bias. */
    @Benchmark
    public Matrix layerNormGradients() {
        chosen.layerNormGradients(x, statistics, dOut, dGain, dBias);
        return dGain;
    }

    /** out = rmsNorm(x), without a gain. */
    @Benchmark
    public Matrix rmsNorm() {
        chosen.rmsNorm(x, EPSILON, out, inverseRms);
        return out;
    }

    /** The gradient of x. */
    @Benchmark
    public Matrix rmsNormBackward() {
        chosen.rmsNormBackward(x, inverseRms, dOut, out, Store.REPLACE);
        return out;
    }

    /** out = rmsNorm(x) · gain. */
    @Benchmark
    public Matrix scaledRmsNorm() {
        chosen.scaledRmsNorm(x, gain, EPSILON, out, inverseRms);
        return out;
    }

    /** The gradient of x. */
    @Benchmark
    public Matrix scaledRmsNormBackward() {
        chosen.scaledRmsNormBackward(x, gain, inverseRms, dOut, out, Store.REPLACE);
        return out;
    }

    /** Adds up the gradient of the gain. */
    @Benchmark
    public Matrix scaledRmsNormGradient() {
        chosen.scaledRmsNormGradient(x, inverseRms, dOut, dGain);
        return dGain;
    }
}
