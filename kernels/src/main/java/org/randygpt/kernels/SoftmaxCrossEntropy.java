package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.GT;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Softmax and negative log-likelihood in one, row by row. */
final class SoftmaxCrossEntropy {
    private final Share share;
    private final RowSums sums = new RowSums();

    SoftmaxCrossEntropy(Share share) {
        this.share = share;
    }

    /** loss = log Σ eˡ - l[target], or 0 without a target. */
    void forward(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp) {
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            float max = max(logits.data(), logits.rowAt(row), logits.cols());
            float sum = sumExp(logits.data(), logits.rowAt(row), logits.cols(), max);
            float logarithm = max + VectorMath.log(sum);
            logSumExp.data()[logSumExp.rowAt(row)] = logarithm;
            losses.data()[losses.rowAt(row)] =
                    targets[row] == Kernels.NOT_PREDICTED ? 0 : logarithm - logits.get(row, targets[row]);
        }
    }

    /** dLogits = (e^(l - log Σ eˡ) - one at the target) / rows, or 0 without a target. */
    void backward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store) {
        float scale = 1f / logits.rows();
        float[] d = dLogits.data();
        for (int row = share.from(logits.rows()); row < share.to(logits.rows()); row++) {
            if (targets[row] == Kernels.NOT_PREDICTED) {
                clear(dLogits, row, store);
                continue;
            }
            if (store == Store.ADD) {
                addProbabilities(logits, row, logSumExp.get(row, 0), scale, d, dLogits.rowAt(row));
            } else {
                probabilities(logits, row, logSumExp.get(row, 0), scale, d, dLogits.rowAt(row));
            }
            d[dLogits.rowAt(row) + targets[row]] -= scale;
        }
    }

    private static void clear(Matrix dLogits, int row, Store store) {
        if (store == Store.REPLACE) {
            Arrays.fill(dLogits.data(), dLogits.rowAt(row), dLogits.rowAt(row) + dLogits.cols(), 0);
        }
    }

    private static void probabilities(Matrix logits, int row, float logSumExp, float scale, float[] to, int toAt) {
        float[] x = logits.data();
        int at = logits.rowAt(row);
        int i = 0;
        for (; i < SPECIES.loopBound(logits.cols()); i += LENGTH) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, at + i).sub(logSumExp))
                    .mul(scale)
                    .intoArray(to, toAt + i);
        }
        for (; i < logits.cols(); i++) {
            to[toAt + i] = VectorMath.exp(x[at + i] - logSumExp) * scale;
        }
    }

    private static void addProbabilities(Matrix logits, int row, float logSumExp, float scale, float[] to, int toAt) {
        float[] x = logits.data();
        int at = logits.rowAt(row);
        int i = 0;
        for (; i < SPECIES.loopBound(logits.cols()); i += LENGTH) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, at + i).sub(logSumExp))
                    .mul(scale)
                    .add(FloatVector.fromArray(SPECIES, to, toAt + i))
                    .intoArray(to, toAt + i);
        }
        for (; i < logits.cols(); i++) {
            to[toAt + i] = VectorMath.exp(x[at + i] - logSumExp) * scale + to[toAt + i];
        }
    }

    /** The largest of n elements; a NaN among them is passed over here and comes back in the sum. */
    private static float max(float[] x, int at, int n) {
        // Start from a real logit: a fixed floor would win over a row of large negatives.
        float max = x[at];
        int i = 0;
        if (n >= 2 * LENGTH) {
            // Two at once, since each comparison waits for the one before.
            FloatVector even = FloatVector.fromArray(SPECIES, x, at);
            FloatVector odd = FloatVector.fromArray(SPECIES, x, at + LENGTH);
            for (i = 2 * LENGTH; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
                FloatVector next = FloatVector.fromArray(SPECIES, x, at + i);
                FloatVector afterNext = FloatVector.fromArray(SPECIES, x, at + i + LENGTH);
                even = even.blend(next, next.compare(GT, even));
                odd = odd.blend(afterNext, afterNext.compare(GT, odd));
            }
            max = Lanes.max(even.blend(odd, odd.compare(GT, even)));
        }
        for (; i < n; i++) {
            max = x[at + i] > max ? x[at + i] : max;
        }
        return max;
    }

    private float sumExp(float[] x, int at, int n, float max) {
        for (int part = 0; part < RowSums.PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += RowSums.PARTS) {
                sum = sum.add(
                        VectorMath.exp(FloatVector.fromArray(SPECIES, x, at + i).sub(max)));
            }
            sum.intoArray(sums.parts, RowSums.START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            sums.add(i, VectorMath.exp(x[at + i] - max));
        }
        return sums.total();
    }
}
