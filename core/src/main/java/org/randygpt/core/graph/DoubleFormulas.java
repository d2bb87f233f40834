package org.randygpt.core.graph;

import org.randygpt.kernels.Activation;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/** What operations compute, as their definitions say it, in double precision. */
final class DoubleFormulas {
    private DoubleFormulas() {}

    /** out (M, N) = the row of table (V, N) that each index names. */
    static void rows(int[] indices, DoubleMatrix table, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                out.set(row, col, table.get(indices[row], col));
            }
        }
    }

    /** out (M, N) += the row of table that each index names. */
    static void addRows(int[] indices, DoubleMatrix table, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                out.set(row, col, out.get(row, col) + table.get(indices[row], col));
            }
        }
    }

    /** out (M, N) = x (M, K) · weightᵀ, weight (N, K). */
    static void linear(DoubleMatrix x, DoubleMatrix weight, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double sum = 0;
                for (int k = 0; k < x.cols(); k++) {
                    sum += x.get(row, k) * weight.get(col, k);
                }
                out.set(row, col, sum);
            }
        }
    }

    /** out (M, N) = x (M, K) · weight (K, N) + bias (1, N). */
    static void affine(DoubleMatrix x, DoubleMatrix weight, DoubleMatrix bias, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double sum = bias.get(0, col);
                for (int k = 0; k < x.cols(); k++) {
                    sum += x.get(row, k) * weight.get(k, col);
                }
                out.set(row, col, sum);
            }
        }
    }

    /** out = (x - mean) / √(variance + epsilon) of each row. */
    static void standardized(DoubleMatrix x, double epsilon, DoubleMatrix out) {
        for (int row = 0; row < x.rows(); row++) {
            double mean = 0;
            for (int col = 0; col < x.cols(); col++) {
                mean += x.get(row, col) / x.cols();
            }
            double variance = 0;
            for (int col = 0; col < x.cols(); col++) {
                variance += (x.get(row, col) - mean) * (x.get(row, col) - mean) / x.cols();
            }
            for (int col = 0; col < x.cols(); col++) {
                out.set(row, col, (x.get(row, col) - mean) / Math.sqrt(variance + epsilon));
            }
        }
    }

    /** out = x / √(mean(x²) + epsilon) of each row. */
    static void rmsNorm(DoubleMatrix x, double epsilon, DoubleMatrix out) {
        for (int row = 0; row < x.rows(); row++) {
            double inverse = inverseRms(x, row, 0, x.cols(), epsilon);
            for (int col = 0; col < x.cols(); col++) {
                out.set(row, col, x.get(row, col) * inverse);
            }
        }
    }

    /** out (B·T, (H + 2G)·D) = qkv with queries and keys of each head as {@link #rmsNorm}, times gains (2, D). */
    static void headRmsNorm(
            AttentionShape shape, DoubleMatrix qkv, DoubleMatrix gains, double epsilon, DoubleMatrix out) {
        int size = shape.headSize();
        for (int row = 0; row < qkv.rows(); row++) {
            for (int head = 0; head < shape.heads() + 2 * shape.keyValueHeads(); head++) {
                boolean isValue = head >= shape.heads() + shape.keyValueHeads();
                int gain = head < shape.heads() ? 0 : 1;
                double inverse = inverseRms(qkv, row, head * size, size, epsilon);
                for (int d = 0; d < size; d++) {
                    double value = qkv.get(row, head * size + d);
                    out.set(row, head * size + d, isValue ? value : value * inverse * gains.get(gain, d));
                }
            }
        }
    }

    private static double inverseRms(DoubleMatrix x, int row, int first, int count, double epsilon) {
        double squares = 0;
        for (int col = first; col < first + count; col++) {
            squares += x.get(row, col) * x.get(row, col);
        }
        return 1 / Math.sqrt(squares / count + epsilon);
    }

    /** x (M, N) *= gain (1, N), row by row. */
    static void scale(DoubleMatrix gain, DoubleMatrix x) {
        for (int row = 0; row < x.rows(); row++) {
            for (int col = 0; col < x.cols(); col++) {
                x.set(row, col, x.get(row, col) * gain.get(0, col));
            }
        }
    }

    /** x (M, N) += bias (1, N), row by row. */
    static void shift(DoubleMatrix bias, DoubleMatrix x) {
        for (int row = 0; row < x.rows(); row++) {
            for (int col = 0; col < x.cols(); col++) {
                x.set(row, col, x.get(row, col) + bias.get(0, col));
            }
        }
    }

    /** out = a + b. */
    static void sum(DoubleMatrix a, DoubleMatrix b, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                out.set(row, col, a.get(row, col) + b.get(row, col));
            }
        }
    }

    /** out = a · b, element by element. */
    static void product(DoubleMatrix a, DoubleMatrix b, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                out.set(row, col, a.get(row, col) * b.get(row, col));
            }
        }
    }

    /** out = f(x). */
    static void activation(Activation f, DoubleMatrix x, DoubleMatrix out) {
        for (int row = 0; row < x.rows(); row++) {
            for (int col = 0; col < x.cols(); col++) {
                double value = x.get(row, col);
                out.set(
                        row,
                        col,
                        switch (f) {
                            case GELU ->
                                value
                                        / 2
                                        * (1
                                                + Math.tanh(Math.sqrt(2 / Math.PI)
                                                        * (value + 0.044715 * value * value * value)));
                            case SQUARED_RELU -> value > 0 ? value * value : 0;
                        });
            }
        }
    }

    /** out (M, N) = gate / (1 + e^(-gate)) · up; x (M, 2N) holds the gates, then up. */
    static void swiglu(DoubleMatrix x, DoubleMatrix out) {
        for (int row = 0; row < out.rows(); row++) {
            for (int col = 0; col < out.cols(); col++) {
                double gate = x.get(row, col);
                out.set(row, col, gate / (1 + Math.exp(-gate)) * x.get(row, out.cols() + col));
            }
        }
    }

    /** table (positions, D): the cosines of the angles position / base^(2i/D), then their sines. */
    static void rotaryTable(double base, DoubleMatrix table) {
        int half = table.cols() / 2;
        for (int position = 0; position < table.rows(); position++) {
            for (int i = 0; i < half; i++) {
                double angle = position * Math.pow(base, -2.0 * i / table.cols());
                table.set(position, i, Math.cos(angle));
                table.set(position, half + i, Math.sin(angle));
            }
        }
    }

    /** out = qkv; each pair (i, i + D/2) of queries and keys turned by the angle of its position in the table. */
    static void rotate(AttentionShape shape, DoubleMatrix qkv, int[] positions, DoubleMatrix table, DoubleMatrix out) {
        int half = shape.headSize() / 2;
        int turned = shape.width() + shape.keyValueWidth();
        for (int row = 0; row < qkv.rows(); row++) {
            for (int col = 0; col < qkv.cols(); col++) {
                double value = qkv.get(row, col);
                if (col < turned) {
                    boolean left = col % shape.headSize() < half;
                    double other = left ? -qkv.get(row, col + half) : qkv.get(row, col - half);
                    double cos = table.get(positions[row], col % half);
                    double sin = table.get(positions[row], half + col % half);
                    value = value * cos + other * sin;
                }
                out.set(row, col, value);
            }
        }
    }

    /** losses (M, 1) = log Σ exp(logits) - logits[target], or 0 without a target. */
    static void crossEntropy(DoubleMatrix logits, int[] targets, DoubleMatrix losses) {
        for (int row = 0; row < logits.rows(); row++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int col = 0; col < logits.cols(); col++) {
                max = Math.max(max, logits.get(row, col));
            }
            double sum = 0;
            for (int col = 0; col < logits.cols(); col++) {
                sum += Math.exp(logits.get(row, col) - max);
            }
            boolean predicted = targets[row] != Kernels.NOT_PREDICTED;
            losses.set(row, 0, predicted ? max + Math.log(sum) - logits.get(row, targets[row]) : 0);
        }
    }
}
