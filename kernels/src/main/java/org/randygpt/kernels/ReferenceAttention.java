package org.randygpt.kernels;

/**
 * The definition of causal attention, with all T² probabilities of one head at a time in memory. Each pair of a
 * sequence and a head is one unit of the {@link Share}.
 */
final class ReferenceAttention {
    private final Share share;

    ReferenceAttention(Share share) {
        this.share = share;
    }

    void forward(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        int pairs = shape.batch() * shape.heads();
        assert fits(shape, qkv, 3) && fits(shape, out, 1);
        assert logSumExp.rows() == pairs && logSumExp.cols() == shape.time();
        for (int pair = share.from(pairs); pair < share.to(pairs); pair++) {
            Head head = new Head(shape, qkv, pair);
            for (int query = 0; query < shape.time(); query++) {
                double[] scores = new double[query + 1];
                for (int key = 0; key <= query; key++) {
                    scores[key] = head.score(query, key);
                }
                double logSum = logSumExp(scores);
                for (int d = 0; d < shape.headSize(); d++) {
                    double sum = 0;
                    for (int key = 0; key <= query; key++) {
                        sum += VectorMath.exp((float) (scores[key] - logSum)) * head.value(key, d);
                    }
                    out.data()[out.rowAt(head.row(query)) + head.firstCol() + d] = (float) sum;
                }
                logSumExp.data()[logSumExp.rowAt(pair) + query] = (float) logSum;
            }
        }
    }

    /**
     * Of out = P · v, P = softmax(S), S = q · kᵀ / √D: dV = Pᵀ · dOut, dP = dOut · vᵀ, dS = P · (dP - Σ over keys of P
     * · dP), dQ = dS · k / √D, dK = dSᵀ · q / √D.
     */
    void backward(AttentionShape shape, Matrix qkv, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        int pairs = shape.batch() * shape.heads();
        assert fits(shape, qkv, 3) && fits(shape, dQkv, 3) && fits(shape, dOut, 1);
        assert logSumExp.rows() == pairs && logSumExp.cols() == shape.time();
        for (int pair = share.from(pairs); pair < share.to(pairs); pair++) {
            Head head = new Head(shape, qkv, pair);
            double[][] probabilities = new double[shape.time()][];
            double[][] dScores = new double[shape.time()][];
            for (int query = 0; query < shape.time(); query++) {
                probabilities[query] = new double[query + 1];
                for (int key = 0; key <= query; key++) {
                    probabilities[query][key] =
                            VectorMath.exp((float) (head.score(query, key) - logSumExp.get(pair, query)));
                }
                dScores[query] = dScores(head, query, probabilities[query], dOut);
            }
            storeGradients(head, probabilities, dScores, dOut, dQkv, store);
        }
    }

    /** The gradient of one query's scores, before they were scaled: dP = dOut · vᵀ, dS = P · (dP - Σ P · dP). */
    private static double[] dScores(Head head, int query, double[] probabilities, Matrix dOut) {
        double[] dScores = new double[query + 1];
        double mean = 0;
        for (int key = 0; key <= query; key++) {
            double dProbability = 0;
            for (int d = 0; d < head.size(); d++) {
                dProbability += dOut.get(head.row(query), head.firstCol() + d) * head.value(key, d);
            }
            dScores[key] = dProbability;
            mean += probabilities[key] * dProbability;
        }
        for (int key = 0; key <= query; key++) {
            dScores[key] = probabilities[key] * (dScores[key] - mean) * head.scale();
        }
        return dScores;
    }

    /** dQ = dS · k and dK = dSᵀ · q, with the scale already in dS, and dV = Pᵀ · dOut. */
    private static void storeGradients(
            Head head, double[][] probabilities, double[][] dScores, Matrix dOut, Matrix dQkv, Store store) {
        int width = dOut.cols();
        for (int position = 0; position < probabilities.length; position++) {
            for (int d = 0; d < head.size(); d++) {
                double dQuery = 0;
                for (int key = 0; key <= position; key++) {
                    dQuery += dScores[position][key] * head.key(key, d);
                }
                double dKey = 0;
                double dValue = 0;
                for (int query = position; query < probabilities.length; query++) {
                    dKey += dScores[query][position] * head.query(query, d);
                    dValue += probabilities[query][position] * dOut.get(head.row(query), head.firstCol() + d);
                }
                int at = dQkv.rowAt(head.row(position)) + head.firstCol() + d;
                ReferenceKernels.store(dQkv, at, dQuery, store);
                ReferenceKernels.store(dQkv, at + width, dKey, store);
                ReferenceKernels.store(dQkv, at + 2 * width, dValue, store);
            }
        }
    }

    void cached(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        assert shape.batch() == 1 && shape.time() == 1 && fits(shape, qkv, 3) && fits(shape, out, 1);
        assert cache.cols() == shape.width() && position < cache.rows() / 2;
        int width = shape.width();
        int values = cache.rows() / 2;
        for (int index = share.from(shape.heads()); index < share.to(shape.heads()); index++) {
            Head head = new Head(shape, qkv, index);
            int first = head.firstCol();
            int from = qkv.offset() + first;
            System.arraycopy(qkv.data(), from + width, cache.data(), cache.rowAt(position) + first, head.size());
            System.arraycopy(
                    qkv.data(), from + 2 * width, cache.data(), cache.rowAt(values + position) + first, head.size());
            double[] scores = new double[position + 1];
            for (int key = 0; key <= position; key++) {
                double sum = 0;
                for (int d = 0; d < head.size(); d++) {
                    sum += head.query(0, d) * cache.get(key, first + d);
                }
                scores[key] = sum * head.scale();
            }
            double logSum = logSumExp(scores);
            for (int d = 0; d < head.size(); d++) {
                double sum = 0;
                for (int key = 0; key <= position; key++) {
                    sum += VectorMath.exp((float) (scores[key] - logSum)) * cache.get(values + key, first + d);
                }
                out.data()[out.offset() + first + d] = (float) sum;
            }
        }
    }

    private static double logSumExp(double[] scores) {
        // Start from a real score: a fixed floor would win over a row of large negatives.
        double max = scores[0];
        for (double score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (double score : scores) {
            sum += VectorMath.exp((float) (score - max));
        }
        return max + VectorMath.log((float) sum);
    }

    private static boolean fits(AttentionShape shape, Matrix matrix, int parts) {
        return matrix.rows() == shape.batch() * shape.time() && matrix.cols() == parts * shape.width();
    }

    /** One head of one sequence: {@code pair} counts the heads of the first sequence, then those of the next. */
    private record Head(AttentionShape shape, Matrix qkv, int pair) {

        int size() {
            return shape.headSize();
        }

        double scale() {
            return 1 / Math.sqrt(shape.headSize());
        }

        /** The row, in matrices of B·T rows, of a position of this sequence. */
        int row(int position) {
            return pair / shape.heads() * shape.time() + position;
        }

        /** The column, in matrices of C columns, where this head starts. */
        int firstCol() {
            return pair % shape.heads() * shape.headSize();
        }

        double query(int position, int d) {
            return qkv.get(row(position), firstCol() + d);
        }

        double key(int position, int d) {
            return qkv.get(row(position), shape.width() + firstCol() + d);
        }

        double value(int position, int d) {
            return qkv.get(row(position), 2 * shape.width() + firstCol() + d);
        }

        double score(int query, int key) {
            double sum = 0;
            for (int d = 0; d < shape.headSize(); d++) {
                sum += query(query, d) * key(key, d);
            }
            return sum * scale();
        }
    }
}
