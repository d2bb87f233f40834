package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Layer norm over rows, and its gradients; see {@link Kernels} for the formulas. */
final class LayerNorms {
    /**
     * Elements of the short rows that take one step of a norm together before the next step: sums are chains of which
     * the processor can run several at once, but not past all that comes of the first. Longer blocks come slower from
     * memory.
     */
    static final int BLOCK = 512;

    private final Share share;
    private final RowSums sums = new RowSums();
    private final RowSums products = new RowSums();
    private float[] gainSums = new float[0];
    private float[] biasSums = gainSums;

    LayerNorms(Share share) {
        this.share = share;
    }

    void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics) {
        int cols = x.cols();
        int block = Math.max(1, BLOCK / cols);
        int last = share.to(x.rows());
        for (int first = share.from(x.rows()); first < last; first += block) {
            int end = Math.min(last, first + block);
            for (int row = first; row < end; row++) {
                statistics.data()[statistics.rowAt(row)] = sums.of(x.data(), x.rowAt(row), cols) / cols;
            }
            for (int row = first; row < end; row++) {
                float mean = statistics.get(row, 0);
                float variance = sums.ofSquares(x.data(), x.rowAt(row), cols, mean) / cols;
                statistics.data()[statistics.rowAt(row) + 1] = (float) (1 / Math.sqrt(variance + epsilon));
            }
            for (int row = first; row < end; row++) {
                scaleRow(x, row, gain, bias, statistics.get(row, 0), statistics.get(row, 1), out);
            }
        }
    }

    private static void scaleRow(Matrix x, int row, Matrix gain, Matrix bias, float mean, float inverse, Matrix out) {
        int cols = x.cols();
        int xAt = x.rowAt(row);
        int outAt = out.rowAt(row);
        int i = 0;
        for (; i < SPECIES.loopBound(cols); i += LENGTH) {
            FloatVector gains = FloatVector.fromArray(SPECIES, gain.data(), gain.offset() + i);
            FloatVector biases = FloatVector.fromArray(SPECIES, bias.data(), bias.offset() + i);
            FloatVector.fromArray(SPECIES, x.data(), xAt + i)
                    .sub(mean)
                    .mul(inverse)
                    .fma(gains, biases)
                    .intoArray(out.data(), outAt + i);
        }
        for (; i < cols; i++) {
            float normal = (x.data()[xAt + i] - mean) * inverse;
            out.data()[outAt + i] = Math.fma(normal, gain.data()[gain.offset() + i], bias.data()[bias.offset() + i]);
        }
    }

    /** With x̂ = (x - mean) · inverse and g = dOut · gain: dX = inverse · (g - mean(g) - x̂ · mean(g · x̂)). */
    void layerNormBackward(Matrix x, Matrix gain, Matrix statistics, Matrix dOut, Matrix dX, Store store) {
        int cols = x.cols();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float mean = statistics.get(row, 0);
            float inverse = statistics.get(row, 1);
            sumRow(x, row, gain, mean, inverse, dOut);
            float meanG = sums.total() / cols;
            float meanProduct = products.total() / cols;
            layerNormRowBackward(x, row, gain, mean, inverse, meanG, meanProduct, dOut, dX, store);
        }
    }

    /** Leaves Σ g in sums and Σ g · x̂ in products. */
    private void sumRow(Matrix x, int row, Matrix gain, float mean, float inverse, Matrix dOut) {
        int cols = x.cols();
        int xAt = x.rowAt(row);
        int dOutAt = dOut.rowAt(row);
        for (int part = 0; part < RowSums.PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector product = FloatVector.zero(SPECIES);
            for (int i = part; i <= cols - LENGTH; i += RowSums.PARTS) {
                FloatVector g = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i)
                        .mul(FloatVector.fromArray(SPECIES, gain.data(), gain.offset() + i));
                FloatVector normal = FloatVector.fromArray(SPECIES, x.data(), xAt + i)
                        .sub(mean)
                        .mul(inverse);
                sum = sum.add(g);
                product = g.fma(normal, product);
            }
            sum.intoArray(sums.parts, RowSums.START + part);
            product.intoArray(products.parts, RowSums.START + part);
        }
        for (int i = SPECIES.loopBound(cols); i < cols; i++) {
            float g = dOut.data()[dOutAt + i] * gain.data()[gain.offset() + i];
            sums.add(i, g);
            products.addProduct(i, g, (x.data()[xAt + i] - mean) * inverse);
        }
    }

    private static void layerNormRowBackward(
            Matrix x,
            int row,
            Matrix gain,
            float mean,
            float inverse,
            float meanG,
            float meanProduct,
            Matrix dOut,
            Matrix dX,
            Store store) {
        int cols = x.cols();
        int xAt = x.rowAt(row);
        int dOutAt = dOut.rowAt(row);
        int dXAt = dX.rowAt(row);
        FloatVector slope = FloatVector.broadcast(SPECIES, -meanProduct * inverse);
        int i = 0;
        for (; i < SPECIES.loopBound(cols); i += LENGTH) {
            FloatVector g = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i)
                    .mul(FloatVector.fromArray(SPECIES, gain.data(), gain.offset() + i));
            FloatVector centred =
                    FloatVector.fromArray(SPECIES, x.data(), xAt + i).sub(mean);
            FloatVector d = centred.fma(slope, g.sub(meanG)).mul(inverse);
            Lanes.put(d, dX.data(), dXAt + i, store);
        }
        for (; i < cols; i++) {
            float g = dOut.data()[dOutAt + i] * gain.data()[gain.offset() + i];
            float d = Math.fma(x.data()[xAt + i] - mean, -meanProduct * inverse, g - meanG) * inverse;
            Lanes.put(d, dX.data(), dXAt + i, store);
        }
    }

    /** out = x̂ · gain + bias: dGain += Σ dOut · x̂, dBias += Σ dOut. Workers share columns, and go row after row. */
    void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias) {
        int blocks = Lanes.padded(x.cols()) / LENGTH;
        int from = share.from(blocks) * LENGTH;
        int end = Math.min(x.cols(), share.to(blocks) * LENGTH);
        int vectorEnd = from + (end - from) / LENGTH * LENGTH;
        // In buffers of our own: the line where two workers' columns meet would go back and forth between them.
        if (gainSums.length < x.cols()) {
            gainSums = new float[x.cols()];
            biasSums = new float[x.cols()];
        }
        System.arraycopy(dGain.data(), dGain.offset() + from, gainSums, from, vectorEnd - from);
        System.arraycopy(dBias.data(), dBias.offset() + from, biasSums, from, vectorEnd - from);
        for (int row = 0; row < x.rows(); row++) {
            sumGradientsOfRow(x, row, statistics, dOut, from, vectorEnd);
        }
        System.arraycopy(gainSums, from, dGain.data(), dGain.offset() + from, vectorEnd - from);
        System.arraycopy(biasSums, from, dBias.data(), dBias.offset() + from, vectorEnd - from);
        for (int i = vectorEnd; i < end; i++) {
            gradientsOfColumn(x, statistics, dOut, i, dGain, dBias);
        }
    }

    private void sumGradientsOfRow(Matrix x, int row, Matrix statistics, Matrix dOut, int from, int end) {
        float mean = statistics.get(row, 0);
        float inverse = statistics.get(row, 1);
        int xAt = x.rowAt(row);
        int dOutAt = dOut.rowAt(row);
        for (int i = from; i < end; i += LENGTH) {
            FloatVector d = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i);
            FloatVector normal =
                    FloatVector.fromArray(SPECIES, x.data(), xAt + i).sub(mean).mul(inverse);
            d.fma(normal, FloatVector.fromArray(SPECIES, gainSums, i)).intoArray(gainSums, i);
            d.add(FloatVector.fromArray(SPECIES, biasSums, i)).intoArray(biasSums, i);
        }
    }

    private static void gradientsOfColumn(
            Matrix x, Matrix statistics, Matrix dOut, int col, Matrix dGain, Matrix dBias) {
        float gain = dGain.get(0, col);
        float bias = dBias.get(0, col);
        for (int row = 0; row < x.rows(); row++) {
            float normal = (x.get(row, col) - statistics.get(row, 0)) * statistics.get(row, 1);
            gain = Math.fma(dOut.get(row, col), normal, gain);
            bias += dOut.get(row, col);
        }
        dGain.data()[dGain.offset() + col] = gain;
        dBias.data()[dBias.offset() + col] = bias;
    }
}
