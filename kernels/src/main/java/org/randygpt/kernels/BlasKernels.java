package org.randygpt.kernels;

import org.randygpt.kernels.Blas.Block;
import org.randygpt.kernels.Blas.Size;
import org.randygpt.kernels.Sgemm.Side;

/**
 * {@link Kernels} whose matrix products a {@link Blas} computes; everything else is done by {@link VectorKernels}.
 *
 * <p>The order in which the library adds is its own affair, and may depend on the shape of the part that it is given:
 * so results depend on the processor, and may on the number of workers.
 */
public final class BlasKernels implements Kernels {
    private final Blas blas;
    private final Share share;
    private final Kernels others;

    /** Kernels that do one worker's share of each call; all workers share the library. */
    public BlasKernels(Blas blas, Share share) {
        this.blas = blas;
        this.share = share;
        others = new VectorKernels(share);
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix out, Store store) {
        multiply(new Operand(a, Side.PLAIN), new Operand(b, Side.PLAIN), out, store);
    }

    @Override
    public void matmulBias(Matrix a, Matrix b, Matrix bias, Matrix out) {
        assert bias.rows() == 1 && bias.cols() == out.cols() : bias + " " + out;
        Part part = Part.of(out, share);
        for (int row = part.row; row < part.row + part.rows; row++) {
            System.arraycopy(bias.data(), bias.offset() + part.col, out.data(), out.rowAt(row) + part.col, part.cols);
        }
        multiply(new Operand(a, Side.PLAIN), new Operand(b, Side.PLAIN), out, Store.ADD);
    }

    @Override
    public void matmulTransB(Matrix a, Matrix b, Matrix out, Store store) {
        multiply(new Operand(a, Side.PLAIN), new Operand(b, Side.TRANSPOSED), out, store);
    }

    @Override
    public void matmulTransA(Matrix a, Matrix b, Matrix out, Store store) {
        multiply(new Operand(a, Side.TRANSPOSED), new Operand(b, Side.PLAIN), out, store);
    }

    @Override
    public void affineGradients(Matrix x, Matrix dOut, Matrix dWeight, Matrix dBias) {
        assert dBias.rows() == 1 && dBias.cols() == dOut.cols() : dBias + " " + dOut;
        matmulTransA(x, dOut, dWeight, Store.ADD);
        float[] sums = dBias.data();
        float[] data = dOut.data();
        for (int row = 0; row < dOut.rows(); row++) {
            int at = dOut.rowAt(row);
            for (int col = share.from(dOut.cols()); col < share.to(dOut.cols()); col++) {
                sums[dBias.offset() + col] += data[at + col];
            }
        }
    }

    private void multiply(Operand a, Operand b, Matrix out, Store store) {
        assert a.rows() == out.rows() && a.cols() == b.rows() && b.cols() == out.cols() : a + " " + b + " " + out;
        Part part = Part.of(out, share);
        if (part.rows > 0 && part.cols > 0) {
            blas.multiply(
                    a.from(part.row, 0),
                    b.from(0, part.col),
                    new Operand(out, Side.PLAIN).from(part.row, part.col),
                    new Size(part.rows, part.cols, a.cols()),
                    store);
        }
    }

    /** A matrix as a formula reads it. */
    private record Operand(Matrix stored, Side side) {
        int rows() {
            return side == Side.PLAIN ? stored.rows() : stored.cols();
        }

        int cols() {
            return side == Side.PLAIN ? stored.cols() : stored.rows();
        }

        /** All of it that is below and to the right of an element. */
        Block from(int row, int col) {
            int at = side == Side.PLAIN ? stored.rowAt(row) + col : stored.rowAt(col) + row;
            return new Block(side, stored.data(), at, stored.cols());
        }
    }

    /** A worker's part of an output: whole rows where there are more rows than columns, else whole columns. */
    private record Part(int row, int rows, int col, int cols) {
        static Part of(Matrix out, Share share) {
            if (out.rows() >= out.cols()) {
                int from = share.from(out.rows());
                return new Part(from, share.to(out.rows()) - from, 0, out.cols());
            }
            int from = share.from(out.cols());
            return new Part(0, out.rows(), from, share.to(out.cols()) - from);
        }
    }

    @Override
    public void clear(Matrix out) {
        others.clear(out);
    }

    @Override
    public void add(Matrix a, Matrix b, Matrix out) {
        others.add(a, b, out);
    }

    @Override
    public void scaledSum(float alpha, Matrix x, float beta, Matrix y, Matrix out) {
        others.scaledSum(alpha, x, beta, y, out);
    }

    @Override
    public void dropout(float rate, long key, Matrix x, Matrix out, Store store) {
        others.dropout(rate, key, x, out, store);
    }

    @Override
    public void copy(Matrix x, Matrix out, Store store) {
        others.copy(x, out, store);
    }

    @Override
    public void gatherRows(int[] rows, Matrix table, Matrix out, Store store) {
        others.gatherRows(rows, table, out, store);
    }

    @Override
    public void scatterRows(int[] rows, Matrix dOut, Matrix dTable) {
        others.scatterRows(rows, dOut, dTable);
    }

    @Override
    public void activation(Activation f, Matrix x, Matrix out) {
        others.activation(f, x, out);
    }

    @Override
    public void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        others.activationBackward(f, x, dOut, dX, store, out);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics) {
        others.layerNorm(x, gain, bias, epsilon, out, statistics);
    }

    @Override
    public void layerNormBackward(Matrix x, Matrix gain, Matrix statistics, Matrix dOut, Matrix dX, Store store) {
        others.layerNormBackward(x, gain, statistics, dOut, dX, store);
    }

    @Override
    public void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias) {
        others.layerNormGradients(x, statistics, dOut, dGain, dBias);
    }

    @Override
    public void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms) {
        others.rmsNorm(x, epsilon, out, inverseRms);
    }

    @Override
    public void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        others.rmsNormBackward(x, inverseRms, dOut, dX, store);
    }

    @Override
    public void scaledRmsNorm(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverseRms) {
        others.scaledRmsNorm(x, gain, epsilon, out, inverseRms);
    }

    @Override
    public void scaledRmsNormBackward(Matrix x, Matrix gain, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        others.scaledRmsNormBackward(x, gain, inverseRms, dOut, dX, store);
    }

    @Override
    public void scaledRmsNormGradient(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dGain) {
        others.scaledRmsNormGradient(x, inverseRms, dOut, dGain);
    }

    @Override
    public void headRmsNorm(
            AttentionShape shape, Matrix qkv, Matrix gains, float epsilon, Matrix out, Matrix inverseRms) {
        others.headRmsNorm(shape, qkv, gains, epsilon, out, inverseRms);
    }

    @Override
    public void headRmsNormBackward(
            AttentionShape shape, Matrix qkv, Matrix gains, Matrix inverseRms, Matrix dOut, Matrix dQkv, Store store) {
        others.headRmsNormBackward(shape, qkv, gains, inverseRms, dOut, dQkv, store);
    }

    @Override
    public void headRmsNormGradients(AttentionShape shape, Matrix qkv, Matrix inverseRms, Matrix dOut, Matrix dGains) {
        others.headRmsNormGradients(shape, qkv, inverseRms, dOut, dGains);
    }

    @Override
    public void swiglu(Matrix x, Matrix out) {
        others.swiglu(x, out);
    }

    @Override
    public void swigluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        others.swigluBackward(x, dOut, dX, store, out);
    }

    @Override
    public void rotate(AttentionShape shape, Matrix qkv, int[] positions, Matrix table, Matrix out) {
        others.rotate(shape, qkv, positions, table, out);
    }

    @Override
    public void rotateBackward(
            AttentionShape shape, int[] positions, Matrix table, Matrix dOut, Matrix dQkv, Store store) {
        others.rotateBackward(shape, positions, table, dOut, dQkv, store);
    }

    @Override
    public void attention(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        others.attention(shape, qkv, out, logSumExp);
    }

    @Override
    public void attentionBackward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        others.attentionBackward(shape, qkv, out, logSumExp, dOut, dQkv, store);
    }

    @Override
    public void extendCache(AttentionShape shape, Matrix qkv, int position, Matrix cache) {
        others.extendCache(shape, qkv, position, cache);
    }

    @Override
    public void cachedAttention(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        others.cachedAttention(shape, qkv, position, cache, out);
    }

    @Override
    public void crossEntropy(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp) {
        others.crossEntropy(logits, targets, losses, logSumExp);
    }

    @Override
    public void crossEntropyBackward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store) {
        others.crossEntropyBackward(logits, targets, logSumExp, dLogits, store);
    }

    @Override
    public void sumSquares(Matrix x, Matrix sums) {
        others.sumSquares(x, sums);
    }

    @Override
    public void adamW(AdamWStep step, float decay, AdamWState state) {
        others.adamW(step, decay, state);
    }
}
