package org.randygpt.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * A call of each kernel. The blocks that a test is about are given; the others are random, and statistics of a forward
 * pass are the reference's.
 */
final class KernelCalls {
    static final float EPSILON = 1e-5f;

    private KernelCalls() {}

    /** A call of every method, matrix products apart, in each mode, with outputs of about the given shape. */
    static List<KernelCall> every(int rows, int cols) {
        List<KernelCall> calls = new ArrayList<>();
        calls.add(affineGradients(blocks(), rows, cols));
        calls.add(clear(blocks(), rows, cols));
        calls.add(add(blocks(), rows, cols));
        calls.add(scaledSum(blocks(), rows, cols));
        calls.add(scatterRows(blocks(), rows, cols));
        calls.add(layerNormGradients(blocks(), rows, cols));
        Blocks forRms = blocks();
        calls.add(rmsNorm(forRms, forRms.uniform(rows, cols)));
        Blocks forNorm = blocks();
        calls.add(layerNorm(forNorm, forNorm.uniform(rows, cols)));
        Blocks forLoss = blocks();
        calls.add(crossEntropy(forLoss, forLoss.uniform(rows, cols, -9, 9)));
        Blocks forSquares = blocks();
        calls.add(sumSquares(forSquares, forSquares.uniform(rows, cols * 300)));
        Blocks forUpdate = blocks();
        calls.add(adamW(forUpdate, forUpdate.uniform(rows, cols)));
        AttentionShape shape = new AttentionShape(Math.min(rows, 3), Math.min(cols, 20), 3, 5);
        int positions = shape.batch() * shape.time();
        Blocks forAttention = blocks();
        calls.add(attention(forAttention, shape, forAttention.uniform(positions, 3 * shape.width())));
        AttentionShape grouped = new AttentionShape(Math.min(rows, 3), Math.min(cols, 20), 6, 2, 5);
        Blocks forGroups = blocks();
        calls.add(attention(forGroups, grouped, forGroups.uniform(positions, grouped.qkvWidth())));
        AttentionShape one = new AttentionShape(1, 1, rows, cols);
        Blocks forCache = blocks();
        calls.add(cachedAttention(forCache, one, 4, forCache.uniform(KeyValueCache.rows(7), one.width())));
        AttentionShape oneGrouped = new AttentionShape(1, 1, 3 * rows, rows, cols);
        Blocks forGroupedCache = blocks();
        calls.add(cachedAttention(
                forGroupedCache, oneGrouped, 4, forGroupedCache.uniform(KeyValueCache.rows(7), rows * cols)));
        // Across the end of a block of keys.
        calls.add(extendCache(blocks(), new AttentionShape(1, rows, 3, Math.min(cols, 20)), 61));
        calls.add(extendCache(blocks(), new AttentionShape(1, rows, 6, 3, Math.min(cols, 20)), 61));
        AttentionShape heads = new AttentionShape(1, rows, 4, 2, 2 * cols);
        calls.add(rotate(blocks(), heads));
        Blocks forScaledRms = blocks();
        calls.add(scaledRmsNorm(forScaledRms, forScaledRms.uniform(rows, cols)));
        calls.add(scaledRmsNormGradient(blocks(), rows, cols));
        calls.add(headRmsNorm(blocks(), heads));
        calls.add(headRmsNormGradients(blocks(), heads));
        Blocks forGates = blocks();
        calls.add(swiglu(forGates, forGates.uniform(rows, 2 * cols, -3, 3)));
        for (Activation f : Activation.values()) {
            Blocks blocks = blocks();
            calls.add(activation(blocks, f, blocks.uniform(rows, cols, -3, 3)));
        }
        for (Store store : Store.values()) {
            calls.add(copy(blocks(), rows, cols, store));
            calls.add(dropout(blocks(), rows, cols, store));
            calls.add(gatherRows(blocks(), rows, cols, store));
            calls.add(layerNormBackward(blocks(), rows, cols, store));
            calls.add(rmsNormBackward(blocks(), rows, cols, store));
            Blocks blocks = blocks();
            calls.add(crossEntropyBackward(blocks, blocks.uniform(rows, cols, -9, 9), store));
            for (AttentionShape of : List.of(shape, grouped)) {
                Blocks values = blocks();
                Matrix qkv = values.uniform(positions, of.qkvWidth());
                calls.add(attentionBackward(values, of, qkv, values.uniform(positions, of.width()), store));
            }
            calls.add(rotateBackward(blocks(), heads, store));
            calls.add(headRmsNormBackward(blocks(), heads, store));
            calls.add(scaledRmsNormBackward(blocks(), rows, cols, store));
            Blocks gates = blocks();
            calls.add(swigluBackward(gates, gates.uniform(rows, 2 * cols, -3, 3), store));
            for (Activation f : Activation.values()) {
                Blocks values = blocks();
                calls.add(activationBackward(values, f, values.uniform(rows, cols, -3, 3), store));
            }
        }
        return calls;
    }

    static KernelCall affineGradients(Blocks blocks, int rows, int cols) {
        Matrix x = blocks.uniform(rows, 9);
        Matrix dOut = blocks.uniform(rows, cols);
        return new KernelCall(
                "affineGradients",
                blocks,
                List.of(blocks.uniform(9, cols), blocks.uniform(1, cols)),
                (k, o) -> k.affineGradients(x, dOut, o.getFirst(), o.getLast()));
    }

    static KernelCall clear(Blocks blocks, int rows, int cols) {
        return new KernelCall("clear", blocks, List.of(blocks.uniform(rows, cols)), (k, o) -> k.clear(o.getFirst()));
    }

    static KernelCall scaledSum(Blocks blocks, int rows, int cols) {
        Matrix x = blocks.uniform(rows, cols);
        return new KernelCall(
                "scaledSum",
                blocks,
                List.of(blocks.uniform(rows, cols)),
                (k, o) -> k.scaledSum(0.3f, x, -1.7f, o.getFirst(), o.getFirst()));
    }

    static KernelCall dropout(Blocks blocks, int rows, int cols, Store store) {
        Matrix x = blocks.uniform(rows, cols);
        return new KernelCall(
                "dropout",
                blocks,
                List.of(blocks.uniform(rows, cols)),
                (k, o) -> k.dropout(0.3f, 0x123456789abcdefL, x, o.getFirst(), store));
    }

    static KernelCall add(Blocks blocks, int rows, int cols) {
        Matrix a = blocks.uniform(rows, cols);
        Matrix b = blocks.uniform(rows, cols);
        return new KernelCall("add", blocks, List.of(blocks.uniform(rows, cols)), (k, o) -> k.add(a, b, o.getFirst()));
    }

    static KernelCall copy(Blocks blocks, int rows, int cols, Store store) {
        Matrix x = blocks.uniform(rows, cols);
        return new KernelCall(
                "copy", blocks, List.of(blocks.uniform(rows, cols)), (k, o) -> k.copy(x, o.getFirst(), store));
    }

    static KernelCall gatherRows(Blocks blocks, int rows, int cols, Store store) {
        Matrix table = blocks.uniform(7, cols);
        int[] indices = blocks.indices(rows, 7);
        return new KernelCall(
                "gatherRows",
                blocks,
                List.of(blocks.uniform(rows, cols)),
                (k, o) -> k.gatherRows(indices, table, o.getFirst(), store));
    }

    static KernelCall scatterRows(Blocks blocks, int rows, int cols) {
        Matrix dOut = blocks.uniform(rows, cols);
        int[] indices = blocks.indices(rows, 7);
        return new KernelCall(
                "scatterRows",
                blocks,
                List.of(blocks.uniform(7, cols)),
                (k, o) -> k.scatterRows(indices, dOut, o.getFirst()));
    }

    static KernelCall activation(Blocks blocks, Activation f, Matrix x) {
        return new KernelCall(
                "activation",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols())),
                (k, o) -> k.activation(f, x, o.getFirst()));
    }

    /** Outputs: the gradient and the activation once more. */
    static KernelCall activationBackward(Blocks blocks, Activation f, Matrix x, Store store) {
        Matrix dOut = blocks.uniform(x.rows(), x.cols());
        return new KernelCall(
                "activationBackward",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols()), blocks.uniform(x.rows(), x.cols())),
                (k, o) -> k.activationBackward(f, x, dOut, o.get(0), store, o.get(1)));
    }

    /** Outputs: the normalized rows and their statistics. */
    static KernelCall layerNorm(Blocks blocks, Matrix x) {
        Matrix gain = blocks.uniform(1, x.cols());
        Matrix bias = blocks.uniform(1, x.cols());
        return new KernelCall(
                "layerNorm",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols()), blocks.uniform(x.rows(), 2)),
                (k, o) -> k.layerNorm(x, gain, bias, EPSILON, o.get(0), o.get(1)));
    }

    static KernelCall layerNormBackward(Blocks blocks, int rows, int cols, Store store) {
        Matrix x = blocks.uniform(rows, cols);
        return layerNormBackward(blocks, x, statistics(blocks, x), blocks.uniform(rows, cols), store);
    }

    static KernelCall layerNormBackward(Blocks blocks, Matrix x, Matrix statistics, Matrix dOut, Store store) {
        Matrix gain = blocks.uniform(1, x.cols());
        return new KernelCall(
                "layerNormBackward",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols())),
                (k, o) -> k.layerNormBackward(x, gain, statistics, dOut, o.getFirst(), store));
    }

    static KernelCall layerNormGradients(Blocks blocks, int rows, int cols) {
        Matrix x = blocks.uniform(rows, cols);
        return layerNormGradients(blocks, x, statistics(blocks, x), blocks.uniform(rows, cols));
    }

    /** Outputs: the gradients of gain and bias. */
    static KernelCall layerNormGradients(Blocks blocks, Matrix x, Matrix statistics, Matrix dOut) {
        return new KernelCall(
                "layerNormGradients",
                blocks,
                List.of(blocks.uniform(1, x.cols()), blocks.uniform(1, x.cols())),
                (k, o) -> k.layerNormGradients(x, statistics, dOut, o.get(0), o.get(1)));
    }

    /** What the reference's layer norm keeps of x for backward. */
    static Matrix statistics(Blocks blocks, Matrix x) {
        Matrix statistics = blocks.filled(x.rows(), 2, 0);
        Matrix ignored = Matrix.zeros(1, x.cols());
        new ReferenceKernels(Share.ALL)
                .layerNorm(x, ignored, ignored, EPSILON, Matrix.zeros(x.rows(), x.cols()), statistics);
        return statistics;
    }

    /** Outputs: the normalized rows and their inverse root mean squares. */
    static KernelCall rmsNorm(Blocks blocks, Matrix x) {
        return new KernelCall(
                "rmsNorm",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols()), blocks.uniform(x.rows(), 1)),
                (k, o) -> k.rmsNorm(x, EPSILON, o.get(0), o.get(1)));
    }

    static KernelCall rmsNormBackward(Blocks blocks, int rows, int cols, Store store) {
        Matrix x = blocks.uniform(rows, cols);
        return rmsNormBackward(blocks, x, inverseRms(blocks, x), blocks.uniform(rows, cols), store);
    }

    static KernelCall rmsNormBackward(Blocks blocks, Matrix x, Matrix inverseRms, Matrix dOut, Store store) {
        return new KernelCall(
                "rmsNormBackward",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols())),
                (k, o) -> k.rmsNormBackward(x, inverseRms, dOut, o.getFirst(), store));
    }

    /** What the reference's root-mean-square norm keeps of x for backward. */
    static Matrix inverseRms(Blocks blocks, Matrix x) {
        Matrix inverseRms = blocks.filled(x.rows(), 1, 0);
        new ReferenceKernels(Share.ALL).rmsNorm(x, EPSILON, Matrix.zeros(x.rows(), x.cols()), inverseRms);
        return inverseRms;
    }

    /** Outputs: the normalized rows and their inverse root mean squares. */
    static KernelCall scaledRmsNorm(Blocks blocks, Matrix x) {
        Matrix gain = blocks.uniform(1, x.cols());
        return new KernelCall(
                "scaledRmsNorm",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols()), blocks.uniform(x.rows(), 1)),
                (k, o) -> k.scaledRmsNorm(x, gain, EPSILON, o.get(0), o.get(1)));
    }

    static KernelCall scaledRmsNormBackward(Blocks blocks, int rows, int cols, Store store) {
        Matrix x = blocks.uniform(rows, cols);
        return scaledRmsNormBackward(blocks, x, inverseRms(blocks, x), blocks.uniform(rows, cols), store);
    }

    static KernelCall scaledRmsNormBackward(Blocks blocks, Matrix x, Matrix inverseRms, Matrix dOut, Store store) {
        Matrix gain = blocks.uniform(1, x.cols());
        return new KernelCall(
                "scaledRmsNormBackward",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols())),
                (k, o) -> k.scaledRmsNormBackward(x, gain, inverseRms, dOut, o.getFirst(), store));
    }

    static KernelCall scaledRmsNormGradient(Blocks blocks, int rows, int cols) {
        Matrix x = blocks.uniform(rows, cols);
        return scaledRmsNormGradient(blocks, x, inverseRms(blocks, x), blocks.uniform(rows, cols));
    }

    static KernelCall scaledRmsNormGradient(Blocks blocks, Matrix x, Matrix inverseRms, Matrix dOut) {
        return new KernelCall(
                "scaledRmsNormGradient",
                blocks,
                List.of(blocks.uniform(1, x.cols())),
                (k, o) -> k.scaledRmsNormGradient(x, inverseRms, dOut, o.getFirst()));
    }

    /** Outputs: the rows with normalized heads and the inverse root mean squares. */
    static KernelCall headRmsNorm(Blocks blocks, AttentionShape shape) {
        Matrix qkv = blocks.uniform(shape.batch() * shape.time(), shape.qkvWidth());
        return headRmsNorm(blocks, shape, qkv);
    }

    static KernelCall headRmsNorm(Blocks blocks, AttentionShape shape, Matrix qkv) {
        Matrix gains = blocks.uniform(2, shape.headSize());
        return new KernelCall(
                "headRmsNorm",
                blocks,
                List.of(
                        blocks.uniform(qkv.rows(), qkv.cols()),
                        blocks.uniform(qkv.rows(), shape.heads() + shape.keyValueHeads())),
                (k, o) -> k.headRmsNorm(shape, qkv, gains, EPSILON, o.get(0), o.get(1)));
    }

    static KernelCall headRmsNormBackward(Blocks blocks, AttentionShape shape, Store store) {
        Matrix qkv = blocks.uniform(shape.batch() * shape.time(), shape.qkvWidth());
        Matrix dOut = blocks.uniform(qkv.rows(), qkv.cols());
        return headRmsNormBackward(blocks, shape, qkv, dOut, store);
    }

    static KernelCall headRmsNormBackward(Blocks blocks, AttentionShape shape, Matrix qkv, Matrix dOut, Store store) {
        Matrix gains = blocks.uniform(2, shape.headSize());
        Matrix inverseRms = headInverseRms(blocks, shape, qkv);
        return new KernelCall(
                "headRmsNormBackward",
                blocks,
                List.of(blocks.uniform(qkv.rows(), qkv.cols())),
                (k, o) -> k.headRmsNormBackward(shape, qkv, gains, inverseRms, dOut, o.getFirst(), store));
    }

    static KernelCall headRmsNormGradients(Blocks blocks, AttentionShape shape) {
        Matrix qkv = blocks.uniform(shape.batch() * shape.time(), shape.qkvWidth());
        Matrix dOut = blocks.uniform(qkv.rows(), qkv.cols());
        Matrix inverseRms = headInverseRms(blocks, shape, qkv);
        return new KernelCall(
                "headRmsNormGradients",
                blocks,
                List.of(blocks.uniform(2, shape.headSize())),
                (k, o) -> k.headRmsNormGradients(shape, qkv, inverseRms, dOut, o.getFirst()));
    }

    private static Matrix headInverseRms(Blocks blocks, AttentionShape shape, Matrix qkv) {
        Matrix inverseRms = blocks.filled(qkv.rows(), shape.heads() + shape.keyValueHeads(), 0);
        Matrix ignored = Matrix.zeros(2, shape.headSize());
        new ReferenceKernels(Share.ALL)
                .headRmsNorm(shape, qkv, ignored, EPSILON, Matrix.zeros(qkv.rows(), qkv.cols()), inverseRms);
        return inverseRms;
    }

    static KernelCall swiglu(Blocks blocks, Matrix x) {
        return new KernelCall(
                "swiglu", blocks, List.of(blocks.uniform(x.rows(), x.cols() / 2)), (k, o) -> k.swiglu(x, o.getFirst()));
    }

    /** Outputs: the gradient and the output once more. */
    static KernelCall swigluBackward(Blocks blocks, Matrix x, Store store) {
        return swigluBackward(blocks, x, blocks.uniform(x.rows(), x.cols() / 2), store);
    }

    static KernelCall swigluBackward(Blocks blocks, Matrix x, Matrix dOut, Store store) {
        return new KernelCall(
                "swigluBackward",
                blocks,
                List.of(blocks.uniform(x.rows(), x.cols()), blocks.uniform(x.rows(), x.cols() / 2)),
                (k, o) -> k.swigluBackward(x, dOut, o.get(0), store, o.get(1)));
    }

    static KernelCall rotate(Blocks blocks, AttentionShape shape) {
        Matrix qkv = blocks.uniform(shape.batch() * shape.time(), shape.qkvWidth());
        Matrix table = rotaryTable(blocks, shape);
        int[] positions = blocks.indices(qkv.rows(), table.rows());
        return new KernelCall(
                "rotate",
                blocks,
                List.of(blocks.uniform(qkv.rows(), qkv.cols())),
                (k, o) -> k.rotate(shape, qkv, positions, table, o.getFirst()));
    }

    static KernelCall rotateBackward(Blocks blocks, AttentionShape shape, Store store) {
        Matrix dOut = blocks.uniform(shape.batch() * shape.time(), shape.qkvWidth());
        Matrix table = rotaryTable(blocks, shape);
        int[] positions = blocks.indices(dOut.rows(), table.rows());
        return new KernelCall(
                "rotateBackward",
                blocks,
                List.of(blocks.uniform(dOut.rows(), dOut.cols())),
                (k, o) -> k.rotateBackward(shape, positions, table, dOut, o.getFirst(), store));
    }

    private static Matrix rotaryTable(Blocks blocks, AttentionShape shape) {
        Matrix table = blocks.filled(11, shape.headSize(), 0);
        RotaryTable.fill(table, 100);
        return table;
    }

    /** Outputs: the weighted values and each query's logarithm of the sum of exponentials. */
    static KernelCall attention(Blocks blocks, AttentionShape shape, Matrix qkv) {
        return new KernelCall(
                "attention",
                blocks,
                List.of(
                        blocks.uniform(qkv.rows(), shape.width()),
                        blocks.uniform(shape.batch() * shape.heads(), shape.time())),
                (k, o) -> k.attention(shape, qkv, o.get(0), o.get(1)));
    }

    static KernelCall attentionBackward(Blocks blocks, AttentionShape shape, Matrix qkv, Matrix dOut, Store store) {
        Matrix logSumExp = blocks.filled(shape.batch() * shape.heads(), shape.time(), 0);
        Matrix out = blocks.filled(qkv.rows(), shape.width(), 0);
        new ReferenceKernels(Share.ALL).attention(shape, qkv, out, logSumExp);
        return new KernelCall(
                "attentionBackward",
                blocks,
                List.of(blocks.uniform(qkv.rows(), qkv.cols())),
                (k, o) -> k.attentionBackward(shape, qkv, out, logSumExp, dOut, o.getFirst(), store));
    }

    static KernelCall extendCache(Blocks blocks, AttentionShape shape, int position) {
        Matrix qkv = blocks.uniform(shape.time(), shape.qkvWidth());
        int rows = KeyValueCache.rows(position + shape.time());
        return new KernelCall(
                "extendCache",
                blocks,
                List.of(blocks.uniform(rows, shape.keyValueWidth())),
                (k, o) -> k.extendCache(shape, qkv, position, o.getFirst()));
    }

    /** Outputs: the weighted values. */
    static KernelCall cachedAttention(Blocks blocks, AttentionShape shape, int position, Matrix cache) {
        Matrix qkv = blocks.uniform(1, shape.qkvWidth());
        return new KernelCall(
                "cachedAttention",
                blocks,
                List.of(blocks.uniform(1, shape.width())),
                (k, o) -> k.cachedAttention(shape, qkv, position, cache, o.getFirst()));
    }

    /** Outputs: the losses and each row's logarithm of the sum of exponentials. */
    static KernelCall crossEntropy(Blocks blocks, Matrix logits) {
        return crossEntropy(blocks, logits, blocks.indices(logits.rows(), logits.cols()));
    }

    static KernelCall crossEntropy(Blocks blocks, Matrix logits, int[] targets) {
        return new KernelCall(
                "crossEntropy",
                blocks,
                List.of(blocks.uniform(logits.rows(), 1), blocks.uniform(logits.rows(), 1)),
                (k, o) -> k.crossEntropy(logits, targets, o.get(0), o.get(1)));
    }

    static KernelCall crossEntropyBackward(Blocks blocks, Matrix logits, Store store) {
        return crossEntropyBackward(blocks, logits, blocks.indices(logits.rows(), logits.cols()), store);
    }

    static KernelCall crossEntropyBackward(Blocks blocks, Matrix logits, int[] targets, Store store) {
        Matrix logSumExp = blocks.filled(logits.rows(), 1, 0);
        new ReferenceKernels(Share.ALL).crossEntropy(logits, targets, Matrix.zeros(logits.rows(), 1), logSumExp);
        return new KernelCall(
                "crossEntropyBackward",
                blocks,
                List.of(blocks.uniform(logits.rows(), logits.cols())),
                (k, o) -> k.crossEntropyBackward(logits, targets, logSumExp, o.getFirst(), store));
    }

    static KernelCall sumSquares(Blocks blocks, Matrix x) {
        return new KernelCall(
                "sumSquares",
                blocks,
                List.of(blocks.uniform(1, Math.ceilDiv(x.size(), Kernels.SQUARES_CHUNK))),
                (k, o) -> k.sumSquares(x, o.getFirst()));
    }

    /** The third update of some weights. Outputs: values, first moment and second moment. */
    static KernelCall adamW(Blocks blocks, Matrix gradients) {
        AdamWStep step = new AdamWStep(0.9f, 0.95f, 1e-8f);
        step.set(3, 0.01f, 0.5f);
        Matrix values = blocks.uniform(gradients.rows(), gradients.cols());
        Matrix first = blocks.uniform(gradients.rows(), gradients.cols());
        Matrix second = blocks.uniform(gradients.rows(), gradients.cols(), 0, 1);
        return new KernelCall(
                "adamW",
                blocks,
                List.of(values, first, second),
                (k, o) -> k.adamW(step, 0.1f, new Kernels.AdamWState(o.get(0), gradients, o.get(1), o.get(2))));
    }

    private static Blocks blocks() {
        return new Blocks(20250916);
    }
}
