package org.randygpt.kernels;

import org.randygpt.kernels.Sgemm.Side;

/** {@link Kernels} with the Vector API, at the width that this machine prefers. */
public final class VectorKernels implements Kernels {
    private final Share share;
    private final Sgemm sgemm;
    private final RowProduct rowProduct;
    private final RowTables rowTables;
    private final Elementwise elementwise;
    private final LayerNorms layerNorms;
    private final RmsNorms rmsNorms;
    private final Swiglu swiglu;
    private final Dropout dropout;
    private final Rotary rotary;
    private final FlashAttention attention;
    private final CachedAttention cachedAttention;
    private final SoftmaxCrossEntropy loss;

    /** One worker's kernels, with buffers of their own. */
    public VectorKernels(Share share) {
        this.share = share;
        sgemm = new Sgemm(share);
        rowProduct = new RowProduct(share);
        rowTables = new RowTables(share);
        elementwise = new Elementwise(share);
        layerNorms = new LayerNorms(share);
        rmsNorms = new RmsNorms(share);
        swiglu = new Swiglu(share);
        dropout = new Dropout(share);
        rotary = new Rotary(share);
        attention = new FlashAttention(share);
        cachedAttention = new CachedAttention(share);
        loss = new SoftmaxCrossEntropy(share);
    }

    /**
     * Bytes of the buffers of one worker's kernels, once they have been used.
     *
     * @param time T, positions of a sequence
     * @param headSize D
     * @param width C
     */
    public static long scratchBytes(int time, int headSize, int width) {
        return Float.BYTES * (Sgemm.PANEL_FLOATS + FlashAttention.scratchFloats(time, headSize) + 2L * width);
    }

    /** The width of this machine's vectors, in bits. */
    public static int vectorBits() {
        return Lanes.SPECIES.vectorBitSize();
    }

    /** How many vectors this machine is taken to have room for at once. */
    public static int vectorRegisters() {
        return Lanes.REGISTERS;
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix out, Store store) {
        if (out.rows() > 1) {
            sgemm.multiply(a, Side.PLAIN, b, Side.PLAIN, out, store);
        } else {
            rowProduct.multiply(a, b, out, store);
        }
    }

    @Override
    public void matmulBias(Matrix a, Matrix b, Matrix bias, Matrix out) {
        if (out.rows() == 1) {
            rowProduct.multiply(a, b, bias, out);
        } else {
            sgemm.multiply(a, b, bias, out);
        }
    }

    @Override
    public void matmulTransB(Matrix a, Matrix b, Matrix out, Store store) {
        if (out.rows() == 1) {
            rowProduct.multiplyTransposed(a, b, out, store);
        } else {
            sgemm.multiply(a, Side.PLAIN, b, Side.TRANSPOSED, out, store);
        }
    }

    @Override
    public void matmulTransA(Matrix a, Matrix b, Matrix out, Store store) {
        if (out.rows() > 1) {
            sgemm.multiply(a, Side.TRANSPOSED, b, Side.PLAIN, out, store);
        } else {
            rowProduct.multiply(a, b, out, store);
        }
    }

    @Override
    public void affineGradients(Matrix x, Matrix dOut, Matrix dWeight, Matrix dBias) {
        sgemm.multiplyAndSum(x, dOut, dWeight, dBias);
    }

    @Override
    public void clear(Matrix out) {
        elementwise.clear(out);
    }

    @Override
    public void add(Matrix a, Matrix b, Matrix out) {
        elementwise.add(a, b, out);
    }

    @Override
    public void scaledSum(float alpha, Matrix x, float beta, Matrix y, Matrix out) {
        elementwise.scaledSum(alpha, x, beta, y, out);
    }

    @Override
    public void dropout(float rate, long key, Matrix x, Matrix out, Store store) {
        dropout.apply(rate, key, x, out, store);
    }

    @Override
    public void copy(Matrix x, Matrix out, Store store) {
        elementwise.copy(x, out, store);
    }

    @Override
    public void gatherRows(int[] rows, Matrix table, Matrix out, Store store) {
        rowTables.gather(rows, table, out, store);
    }

    @Override
    public void scatterRows(int[] rows, Matrix dOut, Matrix dTable) {
        rowTables.scatter(rows, dOut, dTable);
    }

    @Override
    public void activation(Activation f, Matrix x, Matrix out) {
        elementwise.activation(f, x, out);
    }

    @Override
    public void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        elementwise.activationBackward(f, x, dOut, dX, store, out);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics) {
        layerNorms.layerNorm(x, gain, bias, epsilon, out, statistics);
    }

    @Override
    public void layerNormBackward(Matrix x, Matrix gain, Matrix statistics, Matrix dOut, Matrix dX, Store store) {
        layerNorms.layerNormBackward(x, gain, statistics, dOut, dX, store);
    }

    @Override
    public void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias) {
        layerNorms.layerNormGradients(x, statistics, dOut, dGain, dBias);
    }

    @Override
    public void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms) {
        rmsNorms.rmsNorm(x, epsilon, out, inverseRms);
    }

    @Override
    public void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        rmsNorms.rmsNormBackward(x, inverseRms, dOut, dX, store);
    }

    @Override
    public void scaledRmsNorm(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverseRms) {
        rmsNorms.scaledRmsNorm(x, gain, epsilon, out, inverseRms);
    }

    @Override
    public void scaledRmsNormBackward(Matrix x, Matrix gain, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        rmsNorms.scaledRmsNormBackward(x, gain, inverseRms, dOut, dX, store);
    }

    @Override
    public void scaledRmsNormGradient(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dGain) {
        rmsNorms.scaledRmsNormGradient(x, inverseRms, dOut, dGain);
    }

    @Override
    public void headRmsNorm(
            AttentionShape shape, Matrix qkv, Matrix gains, float epsilon, Matrix out, Matrix inverseRms) {
        rmsNorms.headRmsNorm(shape, qkv, gains, epsilon, out, inverseRms);
    }

    @Override
    public void headRmsNormBackward(
            AttentionShape shape, Matrix qkv, Matrix gains, Matrix inverseRms, Matrix dOut, Matrix dQkv, Store store) {
        rmsNorms.headRmsNormBackward(shape, qkv, gains, inverseRms, dOut, dQkv, store);
    }

    @Override
    public void headRmsNormGradients(AttentionShape shape, Matrix qkv, Matrix inverseRms, Matrix dOut, Matrix dGains) {
        rmsNorms.headRmsNormGradients(shape, qkv, inverseRms, dOut, dGains);
    }

    @Override
    public void swiglu(Matrix x, Matrix out) {
        swiglu.forward(x, out);
    }

    @Override
    public void swigluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        swiglu.backward(x, dOut, dX, store, out);
    }

    @Override
    public void rotate(AttentionShape shape, Matrix qkv, int[] positions, Matrix table, Matrix out) {
        rotary.rotate(shape, qkv, positions, table, out);
    }

    @Override
    public void rotateBackward(
            AttentionShape shape, int[] positions, Matrix table, Matrix dOut, Matrix dQkv, Store store) {
        rotary.rotateBackward(shape, positions, table, dOut, dQkv, store);
    }

    @Override
    public void attention(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        attention.forward(shape, qkv, out, logSumExp);
    }

    @Override
    public void attentionBackward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        attention.backward(shape, qkv, out, logSumExp, dOut, dQkv, store);
    }

    @Override
    public void extendCache(AttentionShape shape, Matrix qkv, int position, Matrix cache) {
        KeyValueCache.extend(share, shape, qkv, position, cache);
    }

    @Override
    public void cachedAttention(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        cachedAttention.attend(shape, qkv, position, cache, out);
    }

    @Override
    public void crossEntropy(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp) {
        loss.forward(logits, targets, losses, logSumExp);
    }

    @Override
    public void crossEntropyBackward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store) {
        loss.backward(logits, targets, logSumExp, dLogits, store);
    }

    @Override
    public void sumSquares(Matrix x, Matrix sums) {
        rowTables.sumSquares(x, sums);
    }

    @Override
    public void adamW(AdamWStep step, float decay, AdamWState state) {
        elementwise.adamW(step, decay, state);
    }
}
