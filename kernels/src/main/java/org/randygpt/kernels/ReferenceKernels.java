package org.randygpt.kernels;

import static org.randygpt.kernels.RowSums.PARTS;

import java.util.Arrays;

/**
 * The definition of every kernel, as plain loops: slow, and what faster kernels must agree with bit for bit.
 * Exponential, logarithm and tangent are those of the vector kernels, whose errors their own test bounds.
 *
 * <p>Matmuls and row-by-row calls are shared out by rows of the output; element-by-element calls by rows too, or by
 * elements when there is only one row; calls that sum over rows by columns; attention by heads.
 */
public final class ReferenceKernels implements Kernels {
    private final Share share;
    private final ReferenceAttention attention;

    /** Kernels that do one worker's share of each call. */
    public ReferenceKernels(Share share) {
        this.share = share;
        attention = new ReferenceAttention(share);
    }

    @Override
    public void matmul(Matrix a, Matrix b, Matrix out, Store store) {
        assert a.rows() == out.rows() && a.cols() == b.rows() && b.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            begin(out, row, store);
            for (int k = 0; k < a.cols(); k++) {
                addRow(a.get(row, k), b, k, out, row);
            }
        }
    }

    @Override
    public void matmulBias(Matrix a, Matrix b, Matrix bias, Matrix out) {
        assert bias.rows() == 1 && bias.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            System.arraycopy(bias.data(), bias.offset(), out.data(), out.rowAt(row), out.cols());
        }
        matmul(a, b, out, Store.ADD);
    }

    private static void begin(Matrix out, int row, Store store) {
        if (store == Store.REPLACE) {
            Arrays.fill(out.data(), out.rowAt(row), out.rowAt(row) + out.cols(), 0);
        }
    }

    /**
     * Adds a multiple of a row to another: innermost, for a loop along both rows is six times as fast as one across.
     */
    private static void addRow(float factor, Matrix from, int fromRow, Matrix to, int toRow) {
        float[] in = from.data();
        float[] out = to.data();
        int inAt = from.rowAt(fromRow);
        int outAt = to.rowAt(toRow);
        for (int i = 0; i < to.cols(); i++) {
            out[outAt + i] = Math.fma(factor, in[inAt + i], out[outAt + i]);
        }
    }

    @Override
    public void matmulTransB(Matrix a, Matrix b, Matrix out, Store store) {
        assert a.rows() == out.rows() && a.cols() == b.cols() && b.rows() == out.cols();
        if (out.rows() == 1) {
            multiplyRow(a, b, out, store);
            return;
        }
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                float sum = store == Store.ADD ? out.get(row, col) : 0;
                for (int k = 0; k < a.cols(); k++) {
                    sum = Math.fma(a.get(row, k), b.get(col, k), sum);
                }
                out.data()[out.rowAt(row) + col] = sum;
            }
        }
    }

    /** out (1, N) = or += a (1, K) · bᵀ, b (N, K). */
    private void multiplyRow(Matrix a, Matrix b, Matrix out, Store store) {
        for (int col = share.from(out.cols()); col < share.to(out.cols()); col++) {
            float[] parts = new float[PARTS];
            for (int k = 0; k < a.cols(); k++) {
                parts[k % PARTS] = Math.fma(a.get(0, k), b.get(col, k), parts[k % PARTS]);
            }
            Lanes.put(total(parts), out.data(), out.offset() + col, store);
        }
    }

    @Override
    public void matmulTransA(Matrix a, Matrix b, Matrix out, Store store) {
        assert a.cols() == out.rows() && a.rows() == b.rows() && b.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            begin(out, row, store);
            for (int k = 0; k < a.rows(); k++) {
                addRow(a.get(k, row), b, k, out, row);
            }
        }
    }

    @Override
    public void affineGradients(Matrix x, Matrix dOut, Matrix dWeight, Matrix dBias) {
        assert dBias.rows() == 1 && dBias.cols() == dOut.cols();
        matmulTransA(x, dOut, dWeight, Store.ADD);
        for (int row = 0; row < dOut.rows(); row++) {
            for (int col = share.from(dOut.cols()); col < share.to(dOut.cols()); col++) {
                dBias.data()[dBias.offset() + col] += dOut.get(row, col);
            }
        }
    }

    @Override
    public void clear(Matrix out) {
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            out.data()[out.offset() + i] = 0;
        }
    }

    @Override
    public void add(Matrix a, Matrix b, Matrix out) {
        assert sameShape(a, out) && sameShape(b, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            out.data()[out.offset() + i] = a.data()[a.offset() + i] + b.data()[b.offset() + i];
        }
    }

    @Override
    public void scaledSum(float alpha, Matrix x, float beta, Matrix y, Matrix out) {
        assert sameShape(x, out) && sameShape(y, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            out.data()[out.offset() + i] = Math.fma(alpha, x.data()[x.offset() + i], beta * y.data()[y.offset() + i]);
        }
    }

    @Override
    public void dropout(float rate, long key, Matrix x, Matrix out, Store store) {
        assert sameShape(x, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            float kept = x.data()[x.offset() + i] * Dropout.factor(rate, key, i);
            Lanes.put(kept, out.data(), out.offset() + i, store);
        }
    }

    @Override
    public void copy(Matrix x, Matrix out, Store store) {
        assert sameShape(x, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            Lanes.put(x.data()[x.offset() + i], out.data(), out.offset() + i, store);
        }
    }

    @Override
    public void gatherRows(int[] rows, Matrix table, Matrix out, Store store) {
        assert rows.length == out.rows() && table.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                Lanes.put(table.get(rows[row], col), out.data(), out.rowAt(row) + col, store);
            }
        }
    }

    @Override
    public void scatterRows(int[] rows, Matrix dOut, Matrix dTable) {
        assert rows.length == dOut.rows() && dTable.cols() == dOut.cols();
        for (int row = 0; row < dOut.rows(); row++) {
            for (int col = share.from(dOut.cols()); col < share.to(dOut.cols()); col++) {
                dTable.data()[dTable.rowAt(rows[row]) + col] += dOut.get(row, col);
            }
        }
    }

    @Override
    public void activation(Activation f, Matrix x, Matrix out) {
        assert sameShape(x, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            float value = x.data()[x.offset() + i];
            out.data()[out.offset() + i] = switch (f) {
                case GELU -> VectorMath.gelu(value);
                case SQUARED_RELU -> value < 0 ? 0 : value * value;
            };
        }
    }

    @Override
    public void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        activation(f, x, out);
        assert sameShape(x, dX) && sameShape(dOut, dX);
        for (int i = share.fromElement(dX); i < share.toElement(dX); i++) {
            float value = x.data()[x.offset() + i];
            float slope = switch (f) {
                case GELU -> VectorMath.geluDerivative(value);
                case SQUARED_RELU -> value < 0 ? 0 : 2 * value; // of max(x, 0)²
            };
            Lanes.put(slope * dOut.data()[dOut.offset() + i], dX.data(), dX.offset() + i, store);
        }
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics) {
        assert sameShape(x, out) && gain.cols() == x.cols() && bias.cols() == x.cols();
        assert statistics.rows() == x.rows() && statistics.cols() == 2;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float[] sums = new float[PARTS];
            for (int col = 0; col < x.cols(); col++) {
                sums[col % PARTS] += x.get(row, col);
            }
            float mean = total(sums) / x.cols();
            float[] squares = new float[PARTS];
            for (int col = 0; col < x.cols(); col++) {
                float centred = x.get(row, col) - mean;
                squares[col % PARTS] = Math.fma(centred, centred, squares[col % PARTS]);
            }
            float inverseDeviation = (float) (1 / Math.sqrt(total(squares) / x.cols() + epsilon));
            for (int col = 0; col < x.cols(); col++) {
                float normalized = (x.get(row, col) - mean) * inverseDeviation;
                out.data()[out.rowAt(row) + col] = Math.fma(normalized, gain.get(0, col), bias.get(0, col));
            }
            statistics.data()[statistics.rowAt(row)] = mean;
            statistics.data()[statistics.rowAt(row) + 1] = inverseDeviation;
        }
    }

    /**
     * Of out = x̂ · gain + bias, x̂ = (x - mean(x)) / √(variance(x) + epsilon): with g = dOut · gain, dX = (g - mean(g)
     * - x̂ · mean(g · x̂)) / √(variance(x) + epsilon).
     */
    @Override
    public void layerNormBackward(Matrix x, Matrix gain, Matrix statistics, Matrix dOut, Matrix dX, Store store) {
        assert sameShape(x, dX) && sameShape(dOut, dX) && gain.cols() == x.cols();
        assert statistics.rows() == x.rows() && statistics.cols() == 2;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float mean = statistics.get(row, 0);
            float inverseDeviation = statistics.get(row, 1);
            float[] sums = new float[PARTS];
            float[] products = new float[PARTS];
            for (int col = 0; col < x.cols(); col++) {
                float dNormalized = dOut.get(row, col) * gain.get(0, col);
                float normalized = (x.get(row, col) - mean) * inverseDeviation;
                sums[col % PARTS] += dNormalized;
                products[col % PARTS] = Math.fma(dNormalized, normalized, products[col % PARTS]);
            }
            float meanSum = total(sums) / x.cols();
            float slope = -(total(products) / x.cols()) * inverseDeviation;
            for (int col = 0; col < x.cols(); col++) {
                float dNormalized = dOut.get(row, col) * gain.get(0, col);
                float d = Math.fma(x.get(row, col) - mean, slope, dNormalized - meanSum) * inverseDeviation;
                Lanes.put(d, dX.data(), dX.rowAt(row) + col, store);
            }
        }
    }

    /** Of out = x̂ · gain + bias: dGain = Σ dOut · x̂ and dBias = Σ dOut. */
    @Override
    public void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias) {
        assert sameShape(x, dOut) && dGain.size() == x.cols() && dBias.size() == x.cols();
        assert statistics.rows() == x.rows() && statistics.cols() == 2;
        for (int row = 0; row < x.rows(); row++) {
            for (int col = share.from(x.cols()); col < share.to(x.cols()); col++) {
                float normalized = (x.get(row, col) - statistics.get(row, 0)) * statistics.get(row, 1);
                dGain.data()[dGain.offset() + col] = Math.fma(dOut.get(row, col), normalized, dGain.get(0, col));
                dBias.data()[dBias.offset() + col] += dOut.get(row, col);
            }
        }
    }

    @Override
    public void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms) {
        assert sameShape(x, out) && inverseRms.rows() == x.rows() && inverseRms.cols() == 1;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float meanSquare = sumOfSquares(x.data(), x.rowAt(row), x.cols()) / x.cols();
            float inverse = (float) (1 / Math.sqrt(meanSquare + epsilon));
            for (int col = 0; col < x.cols(); col++) {
                out.data()[out.rowAt(row) + col] = x.get(row, col) * inverse;
            }
            inverseRms.data()[inverseRms.rowAt(row)] = inverse;
        }
    }

    /** Of out = x / √(mean(x²) + epsilon): dX = (dOut - out · mean(dOut · out)) / √(mean(x²) + epsilon). */
    @Override
    public void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        assert sameShape(x, dX) && sameShape(dOut, dX) && inverseRms.rows() == x.rows() && inverseRms.cols() == 1;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float inverse = inverseRms.get(row, 0);
            float[] products = new float[PARTS];
            for (int col = 0; col < x.cols(); col++) {
                products[col % PARTS] = Math.fma(x.get(row, col), dOut.get(row, col), products[col % PARTS]);
            }
            float slope = -(total(products) / x.cols()) * inverse * inverse;
            for (int col = 0; col < x.cols(); col++) {
                float d = Math.fma(x.get(row, col), slope, dOut.get(row, col)) * inverse;
                Lanes.put(d, dX.data(), dX.rowAt(row) + col, store);
            }
        }
    }

    @Override
    public void scaledRmsNorm(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverseRms) {
        assert gain.rows() == 1 && gain.cols() == x.cols();
        rmsNorm(x, epsilon, out, inverseRms);
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            for (int col = 0; col < x.cols(); col++) {
                out.data()[out.rowAt(row) + col] *= gain.get(0, col);
            }
        }
    }

    /**
     * Of out = x · gain / √(mean(x²) + epsilon): with g = dOut · gain, dX = (g - x · mean(g · x) / (mean(x²) +
     * epsilon)) / √(mean(x²) + epsilon).
     */
    @Override
    public void scaledRmsNormBackward(Matrix x, Matrix gain, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        assert sameShape(x, dX) && sameShape(dOut, dX) && inverseRms.rows() == x.rows() && inverseRms.cols() == 1;
        assert gain.rows() == 1 && gain.cols() == x.cols();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            float inverse = inverseRms.get(row, 0);
            float[] products = new float[PARTS];
            for (int col = 0; col < x.cols(); col++) {
                float g = dOut.get(row, col) * gain.get(0, col);
                products[col % PARTS] = Math.fma(g, x.get(row, col), products[col % PARTS]);
            }
            float slope = -(total(products) / x.cols()) * inverse * inverse;
            for (int col = 0; col < x.cols(); col++) {
                float g = dOut.get(row, col) * gain.get(0, col);
                float d = Math.fma(x.get(row, col), slope, g) * inverse;
                Lanes.put(d, dX.data(), dX.rowAt(row) + col, store);
            }
        }
    }

    /** Of out = x̂ · gain: dGain = Σ dOut · x̂. */
    @Override
    public void scaledRmsNormGradient(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dGain) {
        assert sameShape(x, dOut) && dGain.size() == x.cols() && inverseRms.rows() == x.rows();
        for (int row = 0; row < x.rows(); row++) {
            for (int col = share.from(x.cols()); col < share.to(x.cols()); col++) {
                float normalized = x.get(row, col) * inverseRms.get(row, 0);
                dGain.data()[dGain.offset() + col] = Math.fma(dOut.get(row, col), normalized, dGain.get(0, col));
            }
        }
    }

    @Override
    public void headRmsNorm(
            AttentionShape shape, Matrix qkv, Matrix gains, float epsilon, Matrix out, Matrix inverseRms) {
        assert sameShape(qkv, out) && fits(shape, qkv, inverseRms);
        int size = shape.headSize();
        for (int row = share.from(qkv.rows()); row < share.to(qkv.rows()); row++) {
            for (int head = 0; head < inverseRms.cols(); head++) {
                float meanSquare = sumOfSquares(qkv.data(), qkv.rowAt(row) + head * size, size) / size;
                inverseRms.data()[inverseRms.rowAt(row) + head] = (float) (1 / Math.sqrt(meanSquare + epsilon));
            }
            for (int col = 0; col < qkv.cols(); col++) {
                float value = qkv.get(row, col);
                if (col / size < inverseRms.cols()) {
                    value *= inverseRms.get(row, col / size);
                    value *= gains.get(gainRow(shape, col / size), col % size);
                }
                out.data()[out.rowAt(row) + col] = value;
            }
        }
    }

    /** As {@link #scaledRmsNormBackward}, of each head. */
    @Override
    public void headRmsNormBackward(
            AttentionShape shape, Matrix qkv, Matrix gains, Matrix inverseRms, Matrix dOut, Matrix dQkv, Store store) {
        assert sameShape(qkv, dOut) && sameShape(qkv, dQkv) && fits(shape, qkv, inverseRms);
        int size = shape.headSize();
        for (int row = share.from(qkv.rows()); row < share.to(qkv.rows()); row++) {
            for (int head = 0; head < inverseRms.cols(); head++) {
                int gain = gainRow(shape, head);
                int first = head * size;
                float inverse = inverseRms.get(row, head);
                float[] products = new float[PARTS];
                for (int d = 0; d < size; d++) {
                    float g = dOut.get(row, first + d) * gains.get(gain, d);
                    products[d % PARTS] = Math.fma(g, qkv.get(row, first + d), products[d % PARTS]);
                }
                float slope = -(total(products) / size) * inverse * inverse;
                for (int d = 0; d < size; d++) {
                    float g = dOut.get(row, first + d) * gains.get(gain, d);
                    float dX = Math.fma(qkv.get(row, first + d), slope, g) * inverse;
                    Lanes.put(dX, dQkv.data(), dQkv.rowAt(row) + first + d, store);
                }
            }
            for (int col = inverseRms.cols() * size; col < qkv.cols(); col++) {
                Lanes.put(dOut.get(row, col), dQkv.data(), dQkv.rowAt(row) + col, store);
            }
        }
    }

    /** Of out = x̂ · gain in each head: dGain = Σ dOut · x̂ over heads and rows. */
    @Override
    public void headRmsNormGradients(AttentionShape shape, Matrix qkv, Matrix inverseRms, Matrix dOut, Matrix dGains) {
        assert sameShape(qkv, dOut) && fits(shape, qkv, inverseRms);
        int size = shape.headSize();
        for (int row = 0; row < qkv.rows(); row++) {
            for (int head = 0; head < inverseRms.cols(); head++) {
                int gain = gainRow(shape, head);
                for (int d = share.from(size); d < share.to(size); d++) {
                    float normalized = qkv.get(row, head * size + d) * inverseRms.get(row, head);
                    dGains.data()[dGains.rowAt(gain) + d] =
                            Math.fma(dOut.get(row, head * size + d), normalized, dGains.get(gain, d));
                }
            }
        }
    }

    private static int gainRow(AttentionShape shape, int head) {
        return head < shape.heads() ? 0 : 1;
    }

    private static boolean fits(AttentionShape shape, Matrix qkv, Matrix inverseRms) {
        return qkv.cols() == shape.qkvWidth()
                && inverseRms.rows() == qkv.rows()
                && inverseRms.cols() == shape.heads() + shape.keyValueHeads();
    }

    @Override
    public void swiglu(Matrix x, Matrix out) {
        assert x.rows() == out.rows() && x.cols() == 2 * out.cols();
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            int row = i / out.cols();
            int col = i % out.cols();
            out.data()[out.offset() + i] = VectorMath.silu(x.get(row, col)) * x.get(row, out.cols() + col);
        }
    }

    /** Of out = silu(gate) · up: dGate = dOut · up · silu'(gate), dUp = dOut · silu(gate). */
    @Override
    public void swigluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        swiglu(x, out);
        assert sameShape(x, dX) && sameShape(dOut, out);
        for (int i = share.fromElement(out); i < share.toElement(out); i++) {
            int row = i / out.cols();
            int col = i % out.cols();
            float gate = x.get(row, col);
            float up = x.get(row, out.cols() + col);
            float d = dOut.get(row, col);
            float clamped = VectorMath.siluClamp(gate);
            float slope = VectorMath.siluSlope(clamped, VectorMath.siluDivisor(clamped));
            Lanes.put(slope * (d * up), dX.data(), dX.rowAt(row) + col, store);
            Lanes.put(d * VectorMath.silu(gate), dX.data(), dX.rowAt(row) + out.cols() + col, store);
        }
    }

    @Override
    public void rotate(AttentionShape shape, Matrix qkv, int[] positions, Matrix table, Matrix out) {
        turn(shape, qkv, positions, table, 1, out, Store.REPLACE);
    }

    /** The gradient of a turn is the turn back. */
    @Override
    public void rotateBackward(
            AttentionShape shape, int[] positions, Matrix table, Matrix dOut, Matrix dQkv, Store store) {
        turn(shape, dOut, positions, table, -1, dQkv, store);
    }

    private void turn(
            AttentionShape shape, Matrix x, int[] positions, Matrix table, float sign, Matrix out, Store store) {
        assert sameShape(x, out) && x.cols() == shape.qkvWidth() && positions.length == x.rows();
        assert table.cols() == shape.headSize() && shape.headSize() % 2 == 0;
        int half = shape.headSize() / 2;
        int turned = shape.width() + shape.keyValueWidth();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            for (int col = 0; col < x.cols(); col++) {
                int i = col % half;
                boolean left = col % shape.headSize() < half;
                float cos = table.get(positions[row], i);
                float sin = table.get(positions[row], half + i) * sign;
                float value = x.get(row, col);
                if (col < turned) {
                    float other = left ? -(x.get(row, col + half) * sin) : x.get(row, col - half) * sin;
                    value = Math.fma(value, cos, other);
                }
                Lanes.put(value, out.data(), out.rowAt(row) + col, store);
            }
        }
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
        attention.cached(shape, qkv, position, cache, out);
    }

    @Override
    public void crossEntropy(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp) {
        assert targets.length == logits.rows() && losses.size() == logits.rows() && logSumExp.size() == logits.rows();
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            // Start from a real logit: a fixed floor would win over a row of large negatives.
            float max = logits.get(row, 0);
            for (int col = 1; col < logits.cols(); col++) {
                max = logits.get(row, col) > max ? logits.get(row, col) : max;
            }
            float[] sums = new float[PARTS];
            for (int col = 0; col < logits.cols(); col++) {
                sums[col % PARTS] += VectorMath.exp(logits.get(row, col) - max);
            }
            float logSum = max + VectorMath.log(total(sums));
            losses.data()[losses.rowAt(row)] =
                    targets[row] == NOT_PREDICTED ? 0 : logSum - logits.get(row, targets[row]);
            logSumExp.data()[logSumExp.rowAt(row)] = logSum;
        }
    }

    /** Of the mean over rows of log Σ exp(logits) - logits[target]: dLogits = (softmax - one at the target) / M. */
    @Override
    public void crossEntropyBackward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store) {
        assert targets.length == logits.rows() && sameShape(logits, dLogits) && logSumExp.size() == logits.rows();
        float scale = 1f / logits.rows();
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            if (targets[row] == NOT_PREDICTED) {
                for (int col = 0; col < logits.cols() && store == Store.REPLACE; col++) {
                    dLogits.data()[dLogits.rowAt(row) + col] = 0;
                }
                continue;
            }
            for (int col = 0; col < logits.cols(); col++) {
                float probability = VectorMath.exp(logits.get(row, col) - logSumExp.get(row, 0));
                Lanes.put(probability * scale, dLogits.data(), dLogits.rowAt(row) + col, store);
            }
            dLogits.data()[dLogits.rowAt(row) + targets[row]] -= scale;
        }
    }

    @Override
    public void sumSquares(Matrix x, Matrix sums) {
        assert sums.size() == Math.ceilDiv(x.size(), SQUARES_CHUNK);
        for (int chunk = share.from(sums.size()); chunk < share.to(sums.size()); chunk++) {
            int first = chunk * SQUARES_CHUNK;
            int count = Math.min(SQUARES_CHUNK, x.size() - first);
            sums.data()[sums.offset() + chunk] = sumOfSquares(x.data(), x.offset() + first, count);
        }
    }

    @Override
    public void adamW(AdamWStep step, float decay, AdamWState state) {
        Matrix values = state.values();
        Matrix first = state.firstMoment();
        Matrix second = state.secondMoment();
        assert sameShape(values, state.gradients()) && sameShape(values, first) && sameShape(values, second);
        for (int i = share.fromElement(values); i < share.toElement(values); i++) {
            float gradient = state.gradients().data()[state.gradients().offset() + i] * step.gradientScale;
            float m = Math.fma(first.data()[first.offset() + i], step.beta1, gradient * (1 - step.beta1));
            float v = Math.fma(second.data()[second.offset() + i], step.beta2, gradient * gradient * (1 - step.beta2));
            float kept = values.data()[values.offset() + i] * (1 - step.learningRate * decay);
            float deviation = (float) Math.sqrt(v * step.secondCorrection) + step.epsilon;
            values.data()[values.offset() + i] = kept - m * (step.learningRate * step.firstCorrection) / deviation;
            first.data()[first.offset() + i] = m;
            second.data()[second.offset() + i] = v;
        }
    }

    private static float sumOfSquares(float[] x, int at, int n) {
        float[] parts = new float[PARTS];
        for (int i = 0; i < n; i++) {
            parts[i % PARTS] = Math.fma(x[at + i], x[at + i], parts[i % PARTS]);
        }
        return total(parts);
    }

    /** The parts of a sum added up: one half to the other until one is left. */
    private static float total(float[] parts) {
        for (int half = PARTS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                parts[i] += parts[i + half];
            }
        }
        return parts[0];
    }

    private static boolean sameShape(Matrix a, Matrix b) {
        return a.rows() == b.rows() && a.cols() == b.cols();
    }
}
