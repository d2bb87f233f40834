package org.randygpt.kernels;

/**
 * The definition of causal attention, query by query. Each pair of a sequence and a head is one unit of the
 * {@link Share}, in backward with all heads that share its keys and values.
 */
final class ReferenceAttention {
    private final Share share;

    ReferenceAttention(Share share) {
        this.share = share;
    }

    void forward(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        int pairs = shape.batch() * shape.heads();
        assert fits(shape, qkv, shape.qkvWidth()) && fits(shape, out, shape.width());
        assert logSumExp.rows() == pairs && logSumExp.cols() == shape.time();
        for (int pair = share.from(pairs); pair < share.to(pairs); pair++) {
            Head head = new Head(shape, qkv, pair);
            for (int query = 0; query < shape.time(); query++) {
                float[] scores = new float[query + 1];
                for (int key = 0; key <= query; key++) {
                    scores[key] = head.score(query, key);
                }
                float[] sums = new float[shape.headSize()];
                float logSum = weighValues(scores, head, sums);
                System.arraycopy(sums, 0, out.data(), out.rowAt(head.row(query)) + head.firstCol(), shape.headSize());
                logSumExp.data()[logSumExp.rowAt(pair) + query] = logSum;
            }
        }
    }

    /** Rows of values. */
    private interface Values {
        float value(int position, int d);
    }

    /**
     * Softmax of the scores times the values, in blocks of keys: with the maximum so far taken off, and what earlier
     * blocks have summed up scaled to a new one.
     *
     * @param weighted (D), zeros, overwritten
     * @return the logarithm of the sum of exponentials
     */
    private static float weighValues(float[] scores, Values values, float[] weighted) {
        // Start from a real score: a fixed floor would win over a row of large negatives.
        float max = scores[0];
        float sum = 0;
        for (int block = 0; block < scores.length; block += FlashAttention.BLOCK) {
            int end = Math.min(scores.length, block + FlashAttention.BLOCK);
            float before = max;
            for (int key = block; key < end; key++) {
                max = scores[key] > max ? scores[key] : max;
            }
            float scale = VectorMath.exp2(before - max);
            sum *= scale;
            for (int d = 0; d < weighted.length; d++) {
                weighted[d] *= scale;
            }
            for (int key = block; key < end; key++) {
                float p = VectorMath.exp2(scores[key] - max);
                sum += p;
                for (int d = 0; d < weighted.length; d++) {
                    weighted[d] = Math.fma(p, values.value(key, d), weighted[d]);
                }
            }
        }
        for (int d = 0; d < weighted.length; d++) {
            weighted[d] *= 1 / sum;
        }
        return Math.fma(VectorMath.log(sum), VectorMath.LOG2_E, max);
    }

    /**
     * Of out = P · v, P = softmax(S), S = q · kᵀ / √D: dV = Pᵀ · dOut, dP = dOut · vᵀ, dS = P · (dP - Σ over d of dOut
     * · out), dQ = dS · k / √D, dK = dSᵀ · q / √D.
     */
    void backward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        int groups = shape.batch() * shape.keyValueHeads();
        assert fits(shape, qkv, shape.qkvWidth()) && fits(shape, dQkv, shape.qkvWidth());
        assert fits(shape, dOut, shape.width()) && fits(shape, out, shape.width());
        assert logSumExp.rows() == groups * shape.group() && logSumExp.cols() == shape.time();
        for (int pair = share.from(groups) * shape.group(); pair < share.to(groups) * shape.group(); pair++) {
            Head head = new Head(shape, qkv, pair);
            float[][] probabilities = new float[shape.time()][];
            float[][] dScores = new float[shape.time()][];
            for (int query = 0; query < shape.time(); query++) {
                probabilities[query] = new float[query + 1];
                dScores[query] = new float[query + 1];
                float mean = 0;
                for (int d = 0; d < head.size(); d++) {
                    mean = Math.fma(head.of(out, query, d), head.of(dOut, query, d), mean);
                }
                for (int key = 0; key <= query; key++) {
                    float p = VectorMath.exp2(head.score(query, key) - logSumExp.get(pair, query));
                    float dP = 0;
                    for (int d = 0; d < head.size(); d++) {
                        dP = Math.fma(head.value(key, d), head.of(dOut, query, d), dP);
                    }
                    probabilities[query][key] = p;
                    dScores[query][key] = (dP - mean) * p;
                }
            }
            storeGradients(head, probabilities, dScores, dOut, dQkv, store);
        }
    }

    /**
     * dQ = dS · k · scale, dK = dSᵀ · q · scale, and dV = Pᵀ · dOut. Heads that share keys and values add to their
     * gradients one after the other.
     */
    private static void storeGradients(
            Head head, float[][] probabilities, float[][] dScores, Matrix dOut, Matrix dQkv, Store store) {
        int keys = head.shape().width() - head.firstCol() + head.keyValueCol();
        int values = keys + head.shape().keyValueWidth();
        float scale = head.shape().scale();
        Store keyValueStore = head.pair() % head.shape().group() == 0 ? store : Store.ADD;
        for (int position = 0; position < probabilities.length; position++) {
            for (int d = 0; d < head.size(); d++) {
                float dQuery = 0;
                for (int key = 0; key <= position; key++) {
                    dQuery = Math.fma(dScores[position][key], head.key(key, d), dQuery);
                }
                float dKey = 0;
                float dValue = 0;
                for (int query = position; query < probabilities.length; query++) {
                    dKey = Math.fma(
                            dScores[query][position],
                            head.query(query, d) * head.shape().scoreScale(),
                            dKey);
                    dValue = Math.fma(probabilities[query][position], head.of(dOut, query, d), dValue);
                }
                int at = dQkv.rowAt(head.row(position)) + head.firstCol() + d;
                Lanes.put(dQuery * scale, dQkv.data(), at, store);
                Lanes.put(dKey * FlashAttention.LN_2, dQkv.data(), at + keys, keyValueStore);
                Lanes.put(dValue, dQkv.data(), at + values, keyValueStore);
            }
        }
    }

    void cached(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        assert shape.batch() == 1 && shape.time() == 1;
        assert fits(shape, qkv, shape.qkvWidth()) && fits(shape, out, shape.width());
        assert cache.cols() == shape.keyValueWidth() && position < cache.rows() / 2;
        for (int index = share.from(shape.heads()); index < share.to(shape.heads()); index++) {
            Head head = new Head(shape, qkv, index);
            int first = head.keyValueCol();
            float[] scores = new float[position + 1];
            for (int key = 0; key <= position; key++) {
                for (int d = 0; d < head.size(); d++) {
                    float element = cache.data()[KeyValueCache.keyAt(cache, key, first + d)];
                    scores[key] = Math.fma(element, head.query(0, d) * shape.scoreScale(), scores[key]);
                }
            }
            float[] sums = new float[head.size()];
            var _ = weighValues(scores, (key, d) -> cache.data()[KeyValueCache.valueAt(cache, key, first + d)], sums);
            System.arraycopy(sums, 0, out.data(), out.offset() + head.firstCol(), head.size());
        }
    }

    private static boolean fits(AttentionShape shape, Matrix matrix, int cols) {
        return matrix.rows() == shape.batch() * shape.time() && matrix.cols() == cols;
    }

    /** One head of one sequence: {@code pair} counts the heads of the first sequence, then those of the next. */
    private record Head(AttentionShape shape, Matrix qkv, int pair) implements Values {

        int size() {
            return shape.headSize();
        }

        /** The row, in matrices of B·T rows, of a position of this sequence. */
        int row(int position) {
            return pair / shape.heads() * shape.time() + position;
        }

        /** The column, in matrices of C columns, where this head starts. */
        int firstCol() {
            return pair % shape.heads() * shape.headSize();
        }

        /** The column, in matrices of all keys or all values, where those of this head start. */
        int keyValueCol() {
            return pair % shape.heads() / shape.group() * shape.headSize();
        }

        /** This head's part of a matrix (B·T, C). */
        float of(Matrix x, int position, int d) {
            return x.get(row(position), firstCol() + d);
        }

        float query(int position, int d) {
            return of(qkv, position, d);
        }

        float key(int position, int d) {
            return qkv.get(row(position), shape.width() + keyValueCol() + d);
        }

        @Override
        public float value(int position, int d) {
            return qkv.get(row(position), shape.width() + shape.keyValueWidth() + keyValueCol() + d);
        }

        float score(int query, int key) {
            float sum = 0;
            for (int d = 0; d < shape.headSize(); d++) {
                sum = Math.fma(key(key, d), query(query, d) * shape.scoreScale(), sum);
            }
            return sum;
        }
    }
}
