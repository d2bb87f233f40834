package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** RMS norm over rows, or over the heads of each row, and its gradients; see {@link Kernels} for the formulas. */
final class RmsNorms {
    private final Share share;
    private final RowSums sums = new RowSums();
    private float[] gainSums = {};

    RmsNorms(Share share) {
        this.share = share;
    }

    void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms) {
        int cols = x.cols();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            int xAt = x.rowAt(row);
            int outAt = out.rowAt(row);
            float meanSquare = sums.ofSquares(x.data(), xAt, cols, 0) / cols;
            float inverse = (float) (1 / Math.sqrt(meanSquare + epsilon));
            inverseRms.data()[inverseRms.rowAt(row)] = inverse;
            int i = 0;
            for (; i < SPECIES.loopBound(cols); i += LENGTH) {
                FloatVector.fromArray(SPECIES, x.data(), xAt + i).mul(inverse).intoArray(out.data(), outAt + i);
            }
            for (; i < cols; i++) {
                out.data()[outAt + i] = x.data()[xAt + i] * inverse;
            }
        }
    }

    /** out = x · inverse: dX = inverse · (dOut - x · inverse² · mean(dOut · x)). */
    void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        int cols = x.cols();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            int xAt = x.rowAt(row);
            int dOutAt = dOut.rowAt(row);
            int dXAt = dX.rowAt(row);
            float inverse = inverseRms.get(row, 0);
            float mean = sums.ofProducts(x.data(), xAt, dOut.data(), dOutAt, cols) / cols;
            float slope = -mean * inverse * inverse;
            FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
            int i = 0;
            for (; i < SPECIES.loopBound(cols); i += LENGTH) {
                FloatVector d = FloatVector.fromArray(SPECIES, x.data(), xAt + i)
                        .fma(slopes, FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i))
                        .mul(inverse);
                Lanes.put(d, dX.data(), dXAt + i, store);
            }
            for (; i < cols; i++) {
                float d = Math.fma(x.data()[xAt + i], slope, dOut.data()[dOutAt + i]) * inverse;
                Lanes.put(d, dX.data(), dXAt + i, store);
            }
        }
    }

    void scaledRmsNorm(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverseRms) {
        int block = Math.max(1, LayerNorms.BLOCK / x.cols());
        int last = share.to(x.rows());
        for (int first = share.from(x.rows()); first < last; first += block) {
            int end = Math.min(last, first + block);
            for (int row = first; row < end; row++) {
                inverseRms.data()[inverseRms.rowAt(row)] = inverseRms(x, x.rowAt(row), x.cols(), epsilon);
            }
            for (int row = first; row < end; row++) {
                scale(x, x.rowAt(row), gain, gain.offset(), inverseRms.get(row, 0), out, out.rowAt(row));
            }
        }
    }

    void headRmsNorm(AttentionShape shape, Matrix qkv, Matrix gains, float epsilon, Matrix out, Matrix inverseRms) {
        int size = shape.headSize();
        int heads = shape.heads() + shape.keyValueHeads();
        for (int row = share.from(qkv.rows()); row < share.to(qkv.rows()); row++) {
            int at = qkv.rowAt(row);
            int outAt = out.rowAt(row);
            for (int head = 0; head < heads; head++) {
                inverseRms.data()[inverseRms.rowAt(row) + head] = inverseRms(qkv, at + head * size, size, epsilon);
            }
            for (int head = 0; head < heads; head++) {
                int gainAt = gainAt(shape, gains, head);
                scale(qkv, at + head * size, gains, gainAt, inverseRms.get(row, head), out, outAt + head * size);
            }
            int values = heads * size;
            System.arraycopy(qkv.data(), at + values, out.data(), outAt + values, qkv.cols() - values);
        }
    }

    private float inverseRms(Matrix x, int xAt, int cols, float epsilon) {
        float meanSquare = sums.ofSquares(x.data(), xAt, cols, 0) / cols;
        return (float) (1 / Math.sqrt(meanSquare + epsilon));
    }

    private static int gainAt(AttentionShape shape, Matrix gains, int head) {
        return gains.rowAt(head < shape.heads() ? 0 : 1);
    }

    // Of some elements one after the other, as many as a row of gains has:

    private static void scale(Matrix x, int xAt, Matrix gain, int gainAt, float inverse, Matrix out, int outAt) {
        int cols = gain.cols();
        int i = 0;
        for (; i < SPECIES.loopBound(cols); i += LENGTH) {
            FloatVector.fromArray(SPECIES, x.data(), xAt + i)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(SPECIES, gain.data(), gainAt + i))
                    .intoArray(out.data(), outAt + i);
        }
        for (; i < cols; i++) {
            out.data()[outAt + i] = x.data()[xAt + i] * inverse * gain.data()[gainAt + i];
        }
    }

    void scaledRmsNormBackward(Matrix x, Matrix gain, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            backward(
                    x,
                    x.rowAt(row),
                    gain,
                    gain.offset(),
                    inverseRms.get(row, 0),
                    dOut,
                    dOut.rowAt(row),
                    dX,
                    dX.rowAt(row),
                    store);
        }
    }

    void headRmsNormBackward(
            AttentionShape shape, Matrix qkv, Matrix gains, Matrix inverseRms, Matrix dOut, Matrix dQkv, Store store) {
        int size = shape.headSize();
        int heads = shape.heads() + shape.keyValueHeads();
        for (int row = share.from(qkv.rows()); row < share.to(qkv.rows()); row++) {
            for (int head = 0; head < heads; head++) {
                int col = head * size;
                backward(
                        qkv,
                        qkv.rowAt(row) + col,
                        gains,
                        gainAt(shape, gains, head),
                        inverseRms.get(row, head),
                        dOut,
                        dOut.rowAt(row) + col,
                        dQkv,
                        dQkv.rowAt(row) + col,
                        store);
            }
            int values = heads * size;
            int count = qkv.cols() - values;
            RowTables.put(dOut.data(), dOut.rowAt(row) + values, count, dQkv.data(), dQkv.rowAt(row) + values, store);
        }
    }

    /** out = x · inverse · gain, with g = dOut · gain: dX = inverse · (g - x · inverse² · mean(g · x)). */
    private void backward(
            Matrix x,
            int xAt,
            Matrix gain,
            int gainAt,
            float inverse,
            Matrix dOut,
            int dOutAt,
            Matrix dX,
            int dXAt,
            Store store) {
        int cols = gain.cols();
        sumProducts(x, xAt, gain, gainAt, dOut, dOutAt);
        float slope = -(sums.total() / cols) * inverse * inverse;
        FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
        int i = 0;
        for (; i < SPECIES.loopBound(cols); i += LENGTH) {
            FloatVector g = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i)
                    .mul(FloatVector.fromArray(SPECIES, gain.data(), gainAt + i));
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), xAt + i)
                    .fma(slopes, g)
                    .mul(inverse);
            Lanes.put(d, dX.data(), dXAt + i, store);
        }
        for (; i < cols; i++) {
            float g = dOut.data()[dOutAt + i] * gain.data()[gainAt + i];
            Lanes.put(Math.fma(x.data()[xAt + i], slope, g) * inverse, dX.data(), dXAt + i, store);
        }
    }

    /** Leaves Σ g · x in sums. */
    private void sumProducts(Matrix x, int xAt, Matrix gain, int gainAt, Matrix dOut, int dOutAt) {
        int cols = gain.cols();
        for (int part = 0; part < RowSums.PARTS; part += LENGTH) {
            FloatVector product = FloatVector.zero(SPECIES);
            for (int i = part; i <= cols - LENGTH; i += RowSums.PARTS) {
                product = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i)
                        .mul(FloatVector.fromArray(SPECIES, gain.data(), gainAt + i))
                        .fma(FloatVector.fromArray(SPECIES, x.data(), xAt + i), product);
            }
            product.intoArray(sums.parts, RowSums.START + part);
        }
        for (int i = SPECIES.loopBound(cols); i < cols; i++) {
            sums.addProduct(i, dOut.data()[dOutAt + i] * gain.data()[gainAt + i], x.data()[xAt + i]);
        }
    }

    /** Workers share columns, and go row after row. */
    void scaledRmsNormGradient(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dGain) {
        gradient(x, 0, 1, inverseRms, dOut, dGain, dGain.offset());
    }

    /** Workers share columns of a head, and go head after head of row after row. */
    void headRmsNormGradients(AttentionShape shape, Matrix qkv, Matrix inverseRms, Matrix dOut, Matrix dGains) {
        int heads = shape.heads();
        gradient(qkv, 0, heads, inverseRms, dOut, dGains, dGains.rowAt(0));
        gradient(qkv, heads, heads + shape.keyValueHeads(), inverseRms, dOut, dGains, dGains.rowAt(1));
    }

    /** out = x · inverse · gain in each of some heads: dGain += Σ dOut · x · inverse. */
    private void gradient(
            Matrix x, int fromHead, int toHead, Matrix inverseRms, Matrix dOut, Matrix dGain, int dGainAt) {
        int cols = dGain.cols();
        int blocks = Lanes.padded(cols) / LENGTH;
        int from = share.from(blocks) * LENGTH;
        int end = Math.min(cols, share.to(blocks) * LENGTH);
        int vectorEnd = from + (end - from) / LENGTH * LENGTH;
        // In a buffer of our own: the line where two workers' columns meet would go back and forth between them.
        if (gainSums.length < cols) {
            gainSums = new float[cols];
        }
        System.arraycopy(dGain.data(), dGainAt + from, gainSums, from, end - from);
        for (int row = 0; row < x.rows(); row++) {
            for (int head = fromHead; head < toHead; head++) {
                int xAt = x.rowAt(row) + head * cols;
                int dOutAt = dOut.rowAt(row) + head * cols;
                float inverse = inverseRms.get(row, head);
                addProducts(x, xAt, inverse, dOut, dOutAt, from, vectorEnd);
                for (int i = vectorEnd; i < end; i++) {
                    gainSums[i] = Math.fma(dOut.data()[dOutAt + i], x.data()[xAt + i] * inverse, gainSums[i]);
                }
            }
        }
        System.arraycopy(gainSums, from, dGain.data(), dGainAt + from, end - from);
    }

    private void addProducts(Matrix x, int xAt, float inverse, Matrix dOut, int dOutAt, int from, int end) {
        for (int i = from; i < end; i += LENGTH) {
            FloatVector normal =
                    FloatVector.fromArray(SPECIES, x.data(), xAt + i).mul(inverse);
            FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i)
                    .fma(normal, FloatVector.fromArray(SPECIES, gainSums, i))
                    .intoArray(gainSums, i);
        }
    }
}
