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

/** The loss on one core: the logarithm of a softmax at the targets. */
public non-sealed class CrossEntropyBenchmark extends Twins {
    /** M x V: a training step's, few rows, and GPT-2's vocabulary. */
    @Param({"2048x67", "1x67", "3x129", "64x50257"})
    public String shape = "";

    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private int[] targets = {};
    private Matrix logits = Matrix.zeros(0, 0);
    private Matrix losses = logits;
    private Matrix logSumExp = logits;
    private Matrix dLogits = logits;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] sizes = sizes(shape);
        chosen = alone();
        logits = Samples.matrix(sizes[0], sizes[1]);
        targets = Samples.tokens(sizes[0], sizes[1]);
        losses = Matrix.zeros(sizes[0], 1);
        logSumExp = Matrix.zeros(sizes[0], 1);
        dLogits = Matrix.zeros(sizes[0], sizes[1]);
        chosen.crossEntropy(logits, targets, losses, logSumExp);
    }

    /** The loss of each row. */
    @Benchmark
    public Matrix forward() {
        chosen.crossEntropy(logits, targets, losses, logSumExp);
        return losses;
    }

    /** The gradient of the logits. */
    @Benchmark
    public Matrix backward() {
        chosen.crossEntropyBackward(logits, targets, logSumExp, dLogits, Store.REPLACE);
        return dLogits;
    }
}
