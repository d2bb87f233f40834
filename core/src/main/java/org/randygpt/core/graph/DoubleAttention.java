package org.randygpt.core.graph;

import org.randygpt.kernels.AttentionShape;

/** Causal attention as its definition says it, in double precision. */
final class DoubleAttention {
    private DoubleAttention() {}

    /** out (B·T, H·D) = softmax(q · kᵀ / √D) · v of each head, over each position and those before it. */
    static void forward(AttentionShape shape, DoubleMatrix qkv, DoubleMatrix out) {
        double[] weights = new double[shape.time()];
        for (int sequence = 0; sequence < shape.batch(); sequence++) {
            for (int head = 0; head < shape.heads(); head++) {
                for (int time = 0; time < shape.time(); time++) {
                    int row = sequence * shape.time() + time;
                    scores(shape, qkv, row, head, time, weights);
                    softmax(weights, time + 1);
                    mean(shape, qkv, row, head, time, weights, out);
                }
            }
        }
    }

    private static int keyValueHead(AttentionShape shape, int head) {
        return head / (shape.heads() / shape.keyValueHeads());
    }

    private static void scores(AttentionShape shape, DoubleMatrix qkv, int row, int head, int time, double[] scores) {
        int size = shape.headSize();
        int query = head * size;
        int key = shape.width() + keyValueHead(shape, head) * size;
        for (int earlier = 0; earlier <= time; earlier++) {
            double product = 0;
            for (int d = 0; d < size; d++) {
                product += qkv.get(row, query + d) * qkv.get(row - time + earlier, key + d);
            }
            scores[earlier] = product / Math.sqrt(size);
        }
    }

    private static void softmax(double[] scores, int count) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, scores[i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            scores[i] = Math.exp(scores[i] - max);
            sum += scores[i];
        }
        for (int i = 0; i < count; i++) {
            scores[i] /= sum;
        }
    }

    private static void mean(
            AttentionShape shape, DoubleMatrix qkv, int row, int head, int time, double[] weights, DoubleMatrix out) {
        int size = shape.headSize();
        int value = shape.width() + shape.keyValueWidth() + keyValueHead(shape, head) * size;
        for (int d = 0; d < size; d++) {
            double sum = 0;
            for (int earlier = 0; earlier <= time; earlier++) {
                sum += weights[earlier] * qkv.get(row - time + earlier, value + d);
            }
            out.set(row, head * size + d, sum);
        }
    }
}
