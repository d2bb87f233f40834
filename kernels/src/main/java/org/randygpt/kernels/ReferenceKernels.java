package org.randygpt.kernels;

/**
 * The definition of every kernel, as plain loops: slow, exact to about one rounding of the result, and what faster
 * kernels are tested against. Long sums are kept in double; exponential, logarithm and tangent are those of the vector
 * kernels, whose errors their own test bounds.
 *
 * <p>Matmuls and row-by-row calls are shared out by rows of the output; element-by-element calls by rows too, or by
 * elements when there is only one row; calls that sum over rows by columns; attention by heads.
 */
public final class ReferenceKernels implements Kernels {
    /** √(2/π), of {@link Activation#GELU}. */
    private static final double GELU_SLOPE = Math.sqrt(2 / Math.PI);

    private static final double GELU_CUBIC = 0.044715;

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
            for (int col = 0; col < out.cols(); col++) {
                double sum = 0;
                for (int k = 0; k < a.cols(); k++) {
                    sum += (double) a.get(row, k) * b.get(k, col);
                }
                store(out, out.rowAt(row) + col, sum, store);
            }
        }
    }

    @Override
    public void matmulBias(Matrix a, Matrix b, Matrix bias, Matrix out) {
        assert a.rows() == out.rows() && a.cols() == b.rows() && b.cols() == out.cols();
        assert bias.rows() == 1 && bias.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double sum = bias.get(0, col);
                for (int k = 0; k < a.cols(); k++) {
                    sum += (double) a.get(row, k) * b.get(k, col);
                }
                out.data()[out.rowAt(row) + col] = (float) sum;
            }
        }
    }

    @Override
    public void matmulTransB(Matrix a, Matrix b, Matrix out, Store store) {
        assert a.rows() == out.rows() && a.cols() == b.cols() && b.rows() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double sum = 0;
                for (int k = 0; k < a.cols(); k++) {
                    sum += (double) a.get(row, k) * b.get(col, k);
                }
                store(out, out.rowAt(row) + col, sum, store);
            }
        }
    }

    @Override
    public void matmulTransA(Matrix a, Matrix b, Matrix out, Store store) {
        assert a.cols() == out.rows() && a.rows() == b.rows() && b.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double sum = 0;
                for (int k = 0; k < a.rows(); k++) {
                    sum += (double) a.get(k, row) * b.get(k, col);
                }
                store(out, out.rowAt(row) + col, sum, store);
            }
        }
    }

    @Override
    public void affineGradients(Matrix x, Matrix dOut, Matrix dWeight, Matrix dBias) {
        assert dBias.rows() == 1 && dBias.cols() == dOut.cols();
        matmulTransA(x, dOut, dWeight, Store.ADD);
        for (int col = share.from(dOut.cols()); col < share.to(dOut.cols()); col++) {
            double sum = 0;
            for (int row = 0; row < dOut.rows(); row++) {
                sum += dOut.get(row, col);
            }
            store(dBias, dBias.offset() + col, sum, Store.ADD);
        }
    }

    @Override
    public void clear(Matrix out) {
        for (int i = fromElement(out); i < toElement(out); i++) {
            out.data()[out.offset() + i] = 0;
        }
    }

    @Override
    public void add(Matrix a, Matrix b, Matrix out) {
        assert sameShape(a, out) && sameShape(b, out);
        for (int i = fromElement(out); i < toElement(out); i++) {
            out.data()[out.offset() + i] = a.data()[a.offset() + i] + b.data()[b.offset() + i];
        }
    }

    @Override
    public void copy(Matrix x, Matrix out, Store store) {
        assert sameShape(x, out);
        for (int i = fromElement(out); i < toElement(out); i++) {
            store(out, out.offset() + i, x.data()[x.offset() + i], store);
        }
    }

    @Override
    public void gatherRows(int[] rows, Matrix table, Matrix out, Store store) {
        assert rows.length == out.rows() && table.cols() == out.cols();
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            for (int col = 0; col < out.cols(); col++) {
                store(out, out.rowAt(row) + col, table.get(rows[row], col), store);
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
        for (int i = fromElement(out); i < toElement(out); i++) {
            double value = x.data()[x.offset() + i];
            out.data()[out.offset() + i] = (float)
                    switch (f) {
                        case GELU -> gelu(value);
                        case SQUARED_RELU -> Math.max(value, 0) * Math.max(value, 0);
                    };
        }
    }

    @Override
    public void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store) {
        assert sameShape(x, dX) && sameShape(dOut, dX);
        for (int i = fromElement(dX); i < toElement(dX); i++) {
            double value = x.data()[x.offset() + i];
            double slope = switch (f) {
                case GELU -> geluSlope(value);
                case SQUARED_RELU -> 2 * Math.max(value, 0); // of max(x, 0)²
            };
            store(dX, dX.offset() + i, dOut.data()[dOut.offset() + i] * slope, store);
        }
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics) {
        assert sameShape(x, out) && gain.cols() == x.cols() && bias.cols() == x.cols();
        assert statistics.rows() == x.rows() && statistics.cols() == 2;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            double sum = 0;
            for (int col = 0; col < x.cols(); col++) {
                sum += x.get(row, col);
            }
            double mean = sum / x.cols();
            double squares = 0;
            for (int col = 0; col < x.cols(); col++) {
                double centred = x.get(row, col) - mean;
                squares += centred * centred;
            }
            double inverseDeviation = 1 / Math.sqrt(squares / x.cols() + epsilon);
            for (int col = 0; col < x.cols(); col++) {
                double normalized = (x.get(row, col) - mean) * inverseDeviation;
                out.data()[out.rowAt(row) + col] = (float) (normalized * gain.get(0, col) + bias.get(0, col));
            }
            statistics.data()[statistics.rowAt(row)] = (float) mean;
            statistics.data()[statistics.rowAt(row) + 1] = (float) inverseDeviation;
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
            double mean = statistics.get(row, 0);
            double inverseDeviation = statistics.get(row, 1);
            double sum = 0;
            double sumNormalized = 0;
            for (int col = 0; col < x.cols(); col++) {
                double dNormalized = (double) dOut.get(row, col) * gain.get(0, col);
                sum += dNormalized;
                sumNormalized += dNormalized * (x.get(row, col) - mean) * inverseDeviation;
            }
            for (int col = 0; col < x.cols(); col++) {
                double dNormalized = (double) dOut.get(row, col) * gain.get(0, col);
                double normalized = (x.get(row, col) - mean) * inverseDeviation;
                double centred = dNormalized - sum / x.cols() - normalized * (sumNormalized / x.cols());
                store(dX, dX.rowAt(row) + col, centred * inverseDeviation, store);
            }
        }
    }

    /** Of out = x̂ · gain + bias: dGain = Σ dOut · x̂ and dBias = Σ dOut. */
    @Override
    public void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias) {
        assert sameShape(x, dOut) && dGain.size() == x.cols() && dBias.size() == x.cols();
        assert statistics.rows() == x.rows() && statistics.cols() == 2;
        for (int col = share.from(x.cols()); col < share.to(x.cols()); col++) {
            double gainSum = 0;
            double biasSum = 0;
            for (int row = 0; row < x.rows(); row++) {
                double normalized = ((double) x.get(row, col) - statistics.get(row, 0)) * statistics.get(row, 1);
                gainSum += dOut.get(row, col) * normalized;
                biasSum += dOut.get(row, col);
            }
            store(dGain, dGain.offset() + col, gainSum, Store.ADD);
            store(dBias, dBias.offset() + col, biasSum, Store.ADD);
        }
    }

    @Override
    public void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms) {
        assert sameShape(x, out) && inverseRms.rows() == x.rows() && inverseRms.cols() == 1;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            double squares = 0;
            for (int col = 0; col < x.cols(); col++) {
                squares += (double) x.get(row, col) * x.get(row, col);
            }
            double inverse = 1 / Math.sqrt(squares / x.cols() + epsilon);
            for (int col = 0; col < x.cols(); col++) {
                out.data()[out.rowAt(row) + col] = (float) (x.get(row, col) * inverse);
            }
            inverseRms.data()[inverseRms.rowAt(row)] = (float) inverse;
        }
    }

    /** Of out = x / √(mean(x²) + epsilon): dX = (dOut - out · mean(dOut · out)) / √(mean(x²) + epsilon). */
    @Override
    public void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store) {
        assert sameShape(x, dX) && sameShape(dOut, dX) && inverseRms.rows() == x.rows() && inverseRms.cols() == 1;
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            double inverse = inverseRms.get(row, 0);
            double sumNormalized = 0;
            for (int col = 0; col < x.cols(); col++) {
                sumNormalized += dOut.get(row, col) * (x.get(row, col) * inverse);
            }
            for (int col = 0; col < x.cols(); col++) {
                double normalized = x.get(row, col) * inverse;
                double centred = dOut.get(row, col) - normalized * (sumNormalized / x.cols());
                store(dX, dX.rowAt(row) + col, centred * inverse, store);
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
    public void cachedAttention(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        attention.cached(shape, qkv, position, cache, out);
    }

    @Override
    public void crossEntropy(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp) {
        assert targets.length == logits.rows() && losses.size() == logits.rows() && logSumExp.size() == logits.rows();
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            // Start from a real logit: a fixed floor would win over a row of large negatives.
            double max = logits.get(row, 0);
            for (int col = 1; col < logits.cols(); col++) {
                max = Math.max(max, logits.get(row, col));
            }
            double sum = 0;
            for (int col = 0; col < logits.cols(); col++) {
                sum += VectorMath.exp((float) (logits.get(row, col) - max));
            }
            double logSum = max + VectorMath.log((float) sum);
            losses.data()[losses.rowAt(row)] = (float) (logSum - logits.get(row, targets[row]));
            logSumExp.data()[logSumExp.rowAt(row)] = (float) logSum;
        }
    }

    /** Of the mean over rows of log Σ exp(logits) - logits[target]: dLogits = (softmax - one at the target) / M. */
    @Override
    public void crossEntropyBackward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store) {
        assert targets.length == logits.rows() && sameShape(logits, dLogits) && logSumExp.size() == logits.rows();
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            for (int col = 0; col < logits.cols(); col++) {
                double probability = VectorMath.exp(logits.get(row, col) - logSumExp.get(row, 0));
                double one = col == targets[row] ? 1 : 0;
                store(dLogits, dLogits.rowAt(row) + col, (probability - one) / logits.rows(), store);
            }
        }
    }

    @Override
    public void sumSquares(Matrix x, Matrix sums) {
        assert sums.size() == Math.ceilDiv(x.size(), SQUARES_CHUNK);
        for (int chunk = share.from(sums.size()); chunk < share.to(sums.size()); chunk++) {
            int first = chunk * SQUARES_CHUNK;
            double sum = 0;
            for (int i = first; i < first + Math.min(SQUARES_CHUNK, x.size() - first); i++) {
                sum += (double) x.data()[x.offset() + i] * x.data()[x.offset() + i];
            }
            sums.data()[sums.offset() + chunk] = (float) sum;
        }
    }

    @Override
    public void adamW(AdamWStep step, float decay, AdamWState state) {
        Matrix values = state.values();
        Matrix first = state.firstMoment();
        Matrix second = state.secondMoment();
        assert sameShape(values, state.gradients()) && sameShape(values, first) && sameShape(values, second);
        for (int i = fromElement(values); i < toElement(values); i++) {
            float gradient = state.gradients().data()[state.gradients().offset() + i] * step.gradientScale;
            float m = step.beta1 * first.data()[first.offset() + i] + (1 - step.beta1) * gradient;
            float v = step.beta2 * second.data()[second.offset() + i] + (1 - step.beta2) * (gradient * gradient);
            float kept = values.data()[values.offset() + i] * (1 - step.learningRate * decay);
            float deviation = (float) Math.sqrt(v * step.secondCorrection) + step.epsilon;
            values.data()[values.offset() + i] = kept - step.learningRate * (m * step.firstCorrection) / deviation;
            first.data()[first.offset() + i] = m;
            second.data()[second.offset() + i] = v;
        }
    }

    private static double gelu(double x) {
        return x / 2 * (1 + VectorMath.tanh((float) (GELU_SLOPE * (x + GELU_CUBIC * x * x * x))));
    }

    /** Of x/2 · (1 + tanh u), u = √(2/π) (x + 0.044715 x³): (1 + tanh u)/2 + x/2 · (1 - tanh² u) · du/dx. */
    private static double geluSlope(double x) {
        double tanh = VectorMath.tanh((float) (GELU_SLOPE * (x + GELU_CUBIC * x * x * x)));
        double inner = GELU_SLOPE * (1 + 3 * GELU_CUBIC * x * x);
        return (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * inner;
    }

    /** First of this worker's elements in an element-by-element call: the first of its rows, if there are several. */
    private int fromElement(Matrix out) {
        return out.rows() == 1 ? share.from(out.cols()) : share.from(out.rows()) * out.cols();
    }

    private int toElement(Matrix out) {
        return out.rows() == 1 ? share.to(out.cols()) : share.to(out.rows()) * out.cols();
    }

    private static boolean sameShape(Matrix a, Matrix b) {
        return a.rows() == b.rows() && a.cols() == b.cols();
    }

    static void store(Matrix out, int at, double value, Store store) {
        out.data()[at] = store == Store.ADD ? (float) (out.data()[at] + value) : (float) value;
    }
}
