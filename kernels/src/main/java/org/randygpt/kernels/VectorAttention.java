package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Causal attention with queries in the lanes: a vector of queries meets its keys one after the other, so that maximum
 * and sum need no reduction over lanes, and the scores of only one vector of queries are held at a time.
 *
 * <p>Each head is first copied to small buffers, padded with zeros to whole vectors and tiles, and every product is
 * then scalars times vectors of a buffer. Buffers are made anew when the shape changes.
 */
final class VectorAttention {
    /** Keys or queries of a tile: each has its accumulator. */
    private static final int TILE_ROWS = 8;

    /** Columns of a buffer of scores: a vector of queries, and not less than a tile of them. */
    private static final int SCORE_COLS = Math.max(LENGTH, TILE_ROWS);

    private static final FloatVector LANES = FloatVector.zero(SPECIES).addIndex(1);
    private static final Matrix NONE = Matrix.zeros(0, 0);

    private final Share share;

    // All heads of a sequence, each (T, D) padded.
    private Matrix[] queries = {};
    private Matrix[] keys = {};
    private Matrix[] values = {};
    private Matrix[] dOutputs = {};

    // The head at hand.
    private Matrix query = NONE;
    private Matrix key = NONE;
    private Matrix value = NONE;
    private Matrix dOutput = NONE;
    private Matrix dKey = NONE;
    private Matrix dValue = NONE;

    // A vector of queries: transposed (D, LENGTH), against each key (T, SCORE_COLS), and its results (SCORE_COLS, D).
    private Matrix queryColumns = NONE;
    private Matrix dOutputColumns = NONE;
    private Matrix scores = NONE;
    private Matrix dScores = NONE;
    private Matrix result = NONE;

    private int reservedTime;

    private final float[] zeros = new float[LENGTH];
    private final float[] maxima = new float[LENGTH];
    private final float[] logSumExps = new float[LENGTH];
    private final float[] sums = new float[LENGTH];
    private final int[] rowStarts = new int[LENGTH];

    VectorAttention(Share share) {
        this.share = share;
    }

    /** out = softmax(q · kᵀ · scale) · v; workers share the heads of all sequences. */
    void forward(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        reserve(shape);
        int size = shape.headSize();
        int units = shape.batch() * shape.heads();
        for (int unit = share.from(units); unit < share.to(units); unit++) {
            int row = unit / shape.heads() * shape.time();
            int head = unit % shape.heads();
            int col = head * size;
            if (unit == share.from(units) || head == 0) {
                readSequence(qkv, row, head, share.to(units) - unit, shape);
            }
            selectHead(head);
            for (int first = 0; first < shape.time(); first += LENGTH) {
                int count = Math.min(LENGTH, shape.time() - first);
                int end = first + count;
                transpose(query, first, size, shape.scale(), queryColumns);
                keysProduct(key, end, queryColumns, queryColumns.offset(), size, scores, 0, Store.REPLACE);
                softmax(first, end);
                queriesProduct(scores, end, value, size);
                for (int i = 0; i < count; i++) {
                    logSumExp.data()[logSumExp.rowAt(unit) + first + i] = maxima[i] + VectorMath.log(sums[i]);
                    writeRow(result, i, 1 / sums[i], size, out, out.rowAt(row + first + i) + col, Store.REPLACE);
                }
            }
        }
    }

    /** Turns the scores of a vector of queries to e^(score - maximum), and leaves maxima and sums in their arrays. */
    private void softmax(int first, int keys) {
        float[] data = scores.data();
        int at = scores.offset();
        FloatVector max = FloatVector.fromArray(SPECIES, data, at);
        for (int k = 1; k <= first; k++) {
            FloatVector score = FloatVector.fromArray(SPECIES, data, at + k * SCORE_COLS);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        // A key after the first query is hidden from the lanes of the queries that stand before it.
        for (int k = first + 1; k < keys; k++) {
            FloatVector score = FloatVector.fromArray(SPECIES, data, at + k * SCORE_COLS)
                    .blend(Float.NEGATIVE_INFINITY, LANES.lt((float) (k - first)));
            score.intoArray(data, at + k * SCORE_COLS);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < keys; k++) {
            FloatVector p = VectorMath.exp(
                    FloatVector.fromArray(SPECIES, data, at + k * SCORE_COLS).sub(max));
            p.intoArray(data, at + k * SCORE_COLS);
            sum = sum.add(p);
        }
        max.intoArray(maxima, 0);
        sum.intoArray(sums, 0);
    }

    /**
     * With P = e^(S - logSumExp), S = q · kᵀ · scale and out = P · v: dV = Pᵀ · dOut, dP = dOut · vᵀ, dS = P · (dP - Σ
     * P · dP), dQ = dS · k · scale, dK = dSᵀ · q · scale.
     */
    void backward(AttentionShape shape, Matrix qkv, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        reserve(shape);
        int width = shape.width();
        int size = shape.headSize();
        int units = shape.batch() * shape.heads();
        for (int unit = share.from(units); unit < share.to(units); unit++) {
            int row = unit / shape.heads() * shape.time();
            int head = unit % shape.heads();
            int col = head * size;
            if (unit == share.from(units) || head == 0) {
                readSequence(qkv, row, head, share.to(units) - unit, shape);
                readHeads(dOut, row, 0, head, share.to(units) - unit, shape, dOutputs);
            }
            selectHead(head);
            clear(dKey);
            clear(dValue);
            for (int first = 0; first < shape.time(); first += LENGTH) {
                int count = Math.min(LENGTH, shape.time() - first);
                queriesBackward(shape, first, count, logSumExp, logSumExp.rowAt(unit));
                for (int i = 0; i < count; i++) {
                    writeRow(result, i, shape.scale(), size, dQkv, dQkv.rowAt(row + first + i) + col, store);
                }
            }
            for (int t = 0; t < shape.time(); t++) {
                int dAt = dQkv.rowAt(row + t) + col;
                writeRow(dKey, t, shape.scale(), size, dQkv, dAt + width, store);
                writeRow(dValue, t, 1, size, dQkv, dAt + 2 * width, store);
            }
        }
    }

    /** One vector of queries: adds to dKey and dValue, and leaves its dQ in the result. */
    private void queriesBackward(AttentionShape shape, int first, int count, Matrix logSumExp, int logSumExpAt) {
        int size = shape.headSize();
        // Whole tiles of keys: those after the queries are hidden, and add nothing.
        int keys = Math.ceilDiv(first + count, TILE_ROWS) * TILE_ROWS;
        transpose(query, first, size, shape.scale(), queryColumns);
        transpose(dOutput, first, size, 1, dOutputColumns);
        keysProduct(key, keys, queryColumns, queryColumns.offset(), size, scores, 0, Store.REPLACE);
        keysProduct(value, keys, dOutputColumns, dOutputColumns.offset(), size, dScores, 0, Store.REPLACE);
        Arrays.fill(logSumExps, 0);
        System.arraycopy(logSumExp.data(), logSumExpAt + first, logSumExps, 0, count);
        scoresBackward(first, keys);
        queriesProduct(dScores, keys, key, size);
        for (int col = 0; col < size; col += LENGTH) {
            keysProduct(scores, keys, dOutput, dOutput.rowAt(first) + col, LENGTH, dValue, col, Store.ADD);
            keysProduct(dScores, keys, query, query.rowAt(first) + col, LENGTH, dKey, col, Store.ADD);
        }
    }

    /**
     * With the log-sum-exps of the queries in their array: turns scores to probabilities, and dScores from dP to dS.
     */
    private void scoresBackward(int first, int keys) {
        float[] p = scores.data();
        float[] d = dScores.data();
        int at = scores.offset();
        FloatVector logSumExp = FloatVector.fromArray(SPECIES, logSumExps, 0);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < keys; k++) {
            FloatVector score = FloatVector.fromArray(SPECIES, p, at + k * SCORE_COLS);
            FloatVector probability = VectorMath.exp(score.sub(logSumExp)).blend(0, LANES.lt((float) (k - first)));
            probability.intoArray(p, at + k * SCORE_COLS);
            sum = probability.fma(FloatVector.fromArray(SPECIES, d, at + k * SCORE_COLS), sum);
        }
        for (int k = 0; k < keys; k++) {
            FloatVector.fromArray(SPECIES, d, at + k * SCORE_COLS)
                    .sub(sum)
                    .mul(FloatVector.fromArray(SPECIES, p, at + k * SCORE_COLS))
                    .intoArray(d, at + k * SCORE_COLS);
        }
    }

    /**
     * out[k][outCol …] = or += Σ a[k][s] · the vector of b at bAt, s rows on, for s below depth: one for each key k.
     */
    private void keysProduct(Matrix a, int keys, Matrix b, int bAt, int depth, Matrix out, int outCol, Store store) {
        // Whole tiles: the buffers have rows for them, whose numbers nobody reads.
        for (int row = 0; row < keys; row += TILE_ROWS) {
            keysTile(a, row, b, bAt, depth, out, outCol, store);
        }
    }

    private void keysTile(Matrix a, int row, Matrix b, int bAt, int depth, Matrix out, int outCol, Store store) {
        float[] left = a.data();
        float[] right = b.data();
        float[] to = out.data();
        int bCols = b.cols();
        int aCols = a.cols();
        int outCols = out.cols();
        int a0 = a.rowAt(row);
        int out0 = out.rowAt(row) + outCol;
        // Accumulators start from the output or from zeros by way of the same loads.
        boolean add = store == Store.ADD;
        float[] start = add ? to : zeros;
        int start0 = add ? out0 : 0;
        int startCols = add ? outCols : 0;
        int a1 = a0 + aCols;
        int a2 = a0 + 2 * aCols;
        int a3 = a0 + 3 * aCols;
        int a4 = a0 + 4 * aCols;
        int a5 = a0 + 5 * aCols;
        int a6 = a0 + 6 * aCols;
        int a7 = a0 + 7 * aCols;
        FloatVector c0 = FloatVector.fromArray(SPECIES, start, start0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, start, start0 + startCols);
        FloatVector c2 = FloatVector.fromArray(SPECIES, start, start0 + 2 * startCols);
        FloatVector c3 = FloatVector.fromArray(SPECIES, start, start0 + 3 * startCols);
        FloatVector c4 = FloatVector.fromArray(SPECIES, start, start0 + 4 * startCols);
        FloatVector c5 = FloatVector.fromArray(SPECIES, start, start0 + 5 * startCols);
        FloatVector c6 = FloatVector.fromArray(SPECIES, start, start0 + 6 * startCols);
        FloatVector c7 = FloatVector.fromArray(SPECIES, start, start0 + 7 * startCols);
        for (int s = 0; s < depth; s++) {
            FloatVector x = FloatVector.fromArray(SPECIES, right, bAt + s * bCols);
            c0 = x.fma(FloatVector.broadcast(SPECIES, left[a0 + s]), c0);
            c1 = x.fma(FloatVector.broadcast(SPECIES, left[a1 + s]), c1);
            c2 = x.fma(FloatVector.broadcast(SPECIES, left[a2 + s]), c2);
            c3 = x.fma(FloatVector.broadcast(SPECIES, left[a3 + s]), c3);
            c4 = x.fma(FloatVector.broadcast(SPECIES, left[a4 + s]), c4);
            c5 = x.fma(FloatVector.broadcast(SPECIES, left[a5 + s]), c5);
            c6 = x.fma(FloatVector.broadcast(SPECIES, left[a6 + s]), c6);
            c7 = x.fma(FloatVector.broadcast(SPECIES, left[a7 + s]), c7);
        }
        c0.intoArray(to, out0);
        c1.intoArray(to, out0 + outCols);
        c2.intoArray(to, out0 + 2 * outCols);
        c3.intoArray(to, out0 + 3 * outCols);
        c4.intoArray(to, out0 + 4 * outCols);
        c5.intoArray(to, out0 + 5 * outCols);
        c6.intoArray(to, out0 + 6 * outCols);
        c7.intoArray(to, out0 + 7 * outCols);
    }

    /** result[i] = Σ weights[k][i] · b[k] over the keys k, for a vector of queries i. */
    private void queriesProduct(Matrix weights, int keys, Matrix b, int size) {
        for (int col = 0; col < size; col += LENGTH) {
            for (int i = 0; i < SCORE_COLS; i += TILE_ROWS) {
                queriesTile(weights, i, keys, b, col);
            }
        }
    }

    private void queriesTile(Matrix weights, int i, int keys, Matrix b, int col) {
        float[] left = weights.data();
        float[] right = b.data();
        float[] to = result.data();
        int aAt = weights.offset() + i;
        int bAt = b.offset() + col;
        int bCols = b.cols();
        int out0 = result.rowAt(i) + col;
        int outCols = result.cols();
        FloatVector c0 = FloatVector.zero(SPECIES);
        FloatVector c1 = FloatVector.zero(SPECIES);
        FloatVector c2 = FloatVector.zero(SPECIES);
        FloatVector c3 = FloatVector.zero(SPECIES);
        FloatVector c4 = FloatVector.zero(SPECIES);
        FloatVector c5 = FloatVector.zero(SPECIES);
        FloatVector c6 = FloatVector.zero(SPECIES);
        FloatVector c7 = FloatVector.zero(SPECIES);
        for (int k = 0; k < keys; k++) {
            FloatVector x = FloatVector.fromArray(SPECIES, right, bAt + k * bCols);
            int at = aAt + k * SCORE_COLS;
            c0 = x.fma(FloatVector.broadcast(SPECIES, left[at]), c0);
            c1 = x.fma(FloatVector.broadcast(SPECIES, left[at + 1]), c1);
            c2 = x.fma(FloatVector.broadcast(SPECIES, left[at + 2]), c2);
            c3 = x.fma(FloatVector.broadcast(SPECIES, left[at + 3]), c3);
            c4 = x.fma(FloatVector.broadcast(SPECIES, left[at + 4]), c4);
            c5 = x.fma(FloatVector.broadcast(SPECIES, left[at + 5]), c5);
            c6 = x.fma(FloatVector.broadcast(SPECIES, left[at + 6]), c6);
            c7 = x.fma(FloatVector.broadcast(SPECIES, left[at + 7]), c7);
        }
        c0.intoArray(to, out0);
        c1.intoArray(to, out0 + outCols);
        c2.intoArray(to, out0 + 2 * outCols);
        c3.intoArray(to, out0 + 3 * outCols);
        c4.intoArray(to, out0 + 4 * outCols);
        c5.intoArray(to, out0 + 5 * outCols);
        c6.intoArray(to, out0 + 6 * outCols);
        c7.intoArray(to, out0 + 7 * outCols);
    }

    /** One new position: its key and value join the cache, then it attends to all that are there. */
    void cached(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        int width = shape.width();
        int size = shape.headSize();
        int valueRow = cache.rows() / 2;
        reserve(shape);
        if (scores.size() <= position) {
            scores = Matrix.zeros(1, cache.rows());
        }
        float[] weights = scores.data();
        int weightAt = scores.offset();
        for (int head = share.from(shape.heads()); head < share.to(shape.heads()); head++) {
            int col = head * size;
            int at = qkv.offset() + col;
            System.arraycopy(qkv.data(), at + width, cache.data(), cache.rowAt(position) + col, size);
            System.arraycopy(qkv.data(), at + 2 * width, cache.data(), cache.rowAt(valueRow + position) + col, size);
            float max = Float.NEGATIVE_INFINITY;
            for (int k = 0; k <= position; k++) {
                float score = Norms.dot(qkv.data(), at, cache.data(), cache.rowAt(k) + col, size) * shape.scale();
                weights[weightAt + k] = score;
                max = Math.max(max, score);
            }
            float sum = 0;
            for (int k = 0; k <= position; k++) {
                weights[weightAt + k] = VectorMath.exp(weights[weightAt + k] - max);
                sum += weights[weightAt + k];
            }
            int outAt = out.offset() + col;
            Arrays.fill(out.data(), outAt, outAt + size, 0);
            for (int k = 0; k <= position; k++) {
                int valueAt = cache.rowAt(valueRow + k) + col;
                float weight = weights[weightAt + k] / sum;
                for (int d = 0; d < size; d++) {
                    out.data()[outAt + d] = Math.fma(weight, cache.data()[valueAt + d], out.data()[outAt + d]);
                }
            }
        }
    }

    /** Makes buffers of the shape, all zero, unless they are there. */
    private void reserve(AttentionShape shape) {
        int time = Math.ceilDiv(shape.time(), SCORE_COLS) * SCORE_COLS;
        int size = Lanes.padded(shape.headSize());
        if (reservedTime == shape.time()
                && queries.length == shape.heads()
                && queryColumns.rows() == shape.headSize()) {
            return;
        }
        reservedTime = shape.time();
        queries = heads(shape, time, size);
        keys = heads(shape, time, size);
        values = heads(shape, time, size);
        dOutputs = heads(shape, time, size);
        dKey = Matrix.zeros(time, size);
        dValue = Matrix.zeros(time, size);
        queryColumns = Matrix.zeros(shape.headSize(), LENGTH);
        dOutputColumns = Matrix.zeros(shape.headSize(), LENGTH);
        scores = Matrix.zeros(time, SCORE_COLS);
        dScores = Matrix.zeros(time, SCORE_COLS);
        result = Matrix.zeros(SCORE_COLS, size);
        for (int i = 0; i < LENGTH; i++) {
            rowStarts[i] = i * size;
        }
    }

    private static Matrix[] heads(AttentionShape shape, int time, int size) {
        Matrix[] heads = new Matrix[shape.heads()];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = Matrix.zeros(time, size);
        }
        return heads;
    }

    private void readSequence(Matrix qkv, int row, int head, int count, AttentionShape shape) {
        readHeads(qkv, row, 0, head, count, shape, queries);
        readHeads(qkv, row, shape.width(), head, count, shape, keys);
        readHeads(qkv, row, 2 * shape.width(), head, count, shape, values);
    }

    /**
     * Copies up to {@code count} heads of a sequence, from {@code head} on, to their buffers, whose padding stays. All
     * heads of a position at once: head after head would touch every line of the sequence, far apart, many times.
     */
    private static void readHeads(
            Matrix x, int row, int firstCol, int head, int count, AttentionShape shape, Matrix[] to) {
        int size = shape.headSize();
        int end = Math.min(shape.heads(), head + count);
        for (int t = 0; t < shape.time(); t++) {
            for (int h = head; h < end; h++) {
                int source = x.rowAt(row + t) + firstCol + h * size;
                float[] target = to[h].data();
                int targetAt = to[h].rowAt(t);
                int i = 0;
                for (; i < SPECIES.loopBound(size); i += LENGTH) {
                    FloatVector.fromArray(SPECIES, x.data(), source + i).intoArray(target, targetAt + i);
                }
                for (; i < size; i++) {
                    target[targetAt + i] = x.data()[source + i];
                }
            }
        }
    }

    private void selectHead(int head) {
        query = queries[head];
        key = keys[head];
        value = values[head];
        dOutput = dOutputs[head];
    }

    /** to (D, LENGTH) = scale · the vector of rows from {@code first} of x (T, D padded), transposed. */
    private void transpose(Matrix x, int first, int size, float scale, Matrix to) {
        int source = x.rowAt(first);
        for (int d = 0; d < size; d++) {
            FloatVector.fromArray(SPECIES, x.data(), source + d, rowStarts, 0)
                    .mul(scale)
                    .intoArray(to.data(), to.offset() + d * LENGTH);
        }
    }

    /** Writes, or adds, scale · the first {@code size} elements of a buffer's row to out. */
    private static void writeRow(Matrix from, int row, float scale, int size, Matrix out, int outAt, Store store) {
        int source = from.rowAt(row);
        int i = 0;
        for (; i < SPECIES.loopBound(size); i += LENGTH) {
            FloatVector x =
                    FloatVector.fromArray(SPECIES, from.data(), source + i).mul(scale);
            Lanes.put(x, out.data(), outAt + i, store);
        }
        for (; i < size; i++) {
            Lanes.put(from.data()[source + i] * scale, out.data(), outAt + i, store);
        }
    }

    private static void clear(Matrix x) {
        Arrays.fill(x.data(), x.offset(), x.offset() + x.size(), 0);
    }
}
