package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Causal attention block by block, with a running maximum and sum for each query (Dao et al. 2022): a vector of queries
 * meets blocks of {@link #BLOCK} keys one after the other, so that only the scores of one block are held at a time.
 *
 * <p>Queries are in the lanes, so that maximum and sum need no reduction over lanes. Where lanes run along the head
 * instead, its rows are read where they lie if whole vectors fit, else from copies that are padded with zeros. Buffers
 * are made anew when the shape changes.
 */
final class FlashAttention {
    /** Keys of a block: part of the definition, since the running sum is scaled once for each block. */
    static final int BLOCK = 64;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Floats of a sequence that stay in the second-level cache until their head's turn comes. */
    private static final int MOST_TOUCHED = 64 * 1024;

    private static final FloatVector LANES = FloatVector.zero(SPECIES).addIndex(1);

    private final Share share;
    private final AttentionTiles tiles = new AttentionTiles();

    // The head at hand: where its rows lie, each (T, D).
    private final HeadRows query = new HeadRows();
    private final HeadRows key = new HeadRows();
    private final HeadRows value = new HeadRows();
    private final HeadRows dOutput = new HeadRows();

    // The same where lanes run along the head: padded copies, if D is not a number of whole vectors.
    private final HeadRows queryVectors = new HeadRows();
    private final HeadRows keyVectors = new HeadRows();
    private final HeadRows valueVectors = new HeadRows();
    private final HeadRows dOutputVectors = new HeadRows();

    // A vector of queries: transposed (D, LENGTH); against the keys of a block (BLOCK, COLS); its results (COLS, D).
    private Matrix queryColumns = Matrix.zeros(0, 0);
    private Matrix dOutputColumns = queryColumns;
    private final Matrix scores = Matrix.zeros(BLOCK, AttentionTiles.COLS);
    private final Matrix dScores = Matrix.zeros(BLOCK, AttentionTiles.COLS);
    private Matrix result = queryColumns;

    // The gradients of all keys and values of the head, (T, D) padded.
    private Matrix dKey = queryColumns;
    private Matrix dValue = queryColumns;

    private final float[] maxima = new float[LENGTH];
    private final float[] sums = new float[LENGTH];
    private final float[] scales = new float[LENGTH];
    private final float[] logSumExps = new float[LENGTH];
    private final float[] means = new float[LENGTH];
    private final int[] rowStarts = new int[LENGTH];

    /** The sum of what was touched: nobody wants it, but the reads would be dropped without it. */
    @SuppressWarnings("UnusedVariable") // see above
    private float touched;

    FlashAttention(Share share) {
        this.share = share;
    }

    /** Rows of one head. */
    static final class HeadRows {
        float[] data = {};
        int at;
        int stride;
        private float[] padded = {};

        /** Reads them where they lie. */
        void lie(Matrix x, int row, int col) {
            data = x.data();
            at = x.rowAt(row) + col;
            stride = x.cols();
        }

        /** The same rows again, or a copy padded with zeros to whole vectors. */
        void lieOrPad(HeadRows rows, int time, int size) {
            data = rows.data;
            at = rows.at;
            stride = rows.stride;
            int width = Lanes.padded(size);
            if (width == size) {
                return;
            }
            if (padded.length != Matrix.ALIGNED_START + time * width) {
                padded = Lanes.buffer(time * width);
            }
            for (int t = 0; t < time; t++) {
                int target = Matrix.ALIGNED_START + t * width;
                System.arraycopy(rows.data, rows.at + t * rows.stride, padded, target, size);
                Arrays.fill(padded, target + size, target + width, 0);
            }
            data = padded;
            at = Matrix.ALIGNED_START;
            stride = width;
        }
    }

    /** out = softmax(q · kᵀ · scale) · v; workers share the heads of all sequences. */
    void forward(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        reserve(shape);
        int size = shape.headSize();
        int units = shape.batch() * shape.heads();
        for (int unit = share.from(units); unit < share.to(units); unit++) {
            int row = unit / shape.heads() * shape.time();
            int col = unit % shape.heads() * size;
            if (unit == share.from(units) || col == 0) {
                touch(qkv, row, shape.time());
            }
            select(qkv, row, col, shape);
            valueVectors.lieOrPad(value, shape.time(), size);
            for (int first = 0; first < shape.time(); first += LENGTH) {
                int end = Math.min(shape.time(), first + LENGTH);
                transpose(query, first, end, size, shape.scale(), queryColumns);
                for (int block = 0; block < end; block += BLOCK) {
                    int count = Math.min(BLOCK, end - block);
                    tiles.scores(key, block, count, queryColumns, size, scores);
                    softmax(first - block, count, block == 0);
                    scaleResult(size, block == 0);
                    tiles.sumRows(scores, count, valueVectors, block, size, result);
                }
                logarithms();
                System.arraycopy(logSumExps, 0, logSumExp.data(), logSumExp.rowAt(unit) + first, end - first);
                for (int i = 0; i < end - first; i++) {
                    writeRow(result, i, 1 / sums[i], size, out, out.rowAt(row + first + i) + col, Store.REPLACE);
                }
            }
        }
    }

    /**
     * Turns the scores of a block to e^(score - maximum so far), and updates maxima and sums; scales are what earlier
     * sums and results are to be multiplied with.
     *
     * @param first the first query, counted from the first key of the block
     */
    private void softmax(int first, int keys, boolean firstBlock) {
        float[] data = scores.data();
        int at = scores.offset();
        FloatVector before = FloatVector.fromArray(SPECIES, firstBlock ? data : maxima, firstBlock ? at : 0);
        FloatVector max = before;
        int visible = Math.min(keys, first + 1);
        // Two maxima, since each comparison waits for the one before.
        FloatVector other = before;
        for (int k = 0; k < visible - 1; k += 2) {
            FloatVector even = FloatVector.fromArray(SPECIES, data, at + k * AttentionTiles.COLS);
            FloatVector odd = FloatVector.fromArray(SPECIES, data, at + (k + 1) * AttentionTiles.COLS);
            max = max.blend(even, even.compare(VectorOperators.GT, max));
            other = other.blend(odd, odd.compare(VectorOperators.GT, other));
        }
        max = max.blend(other, other.compare(VectorOperators.GT, max));
        // A key after the first query is hidden from the lanes of the queries that stand before it.
        for (int k = Math.max(0, visible / 2 * 2); k < keys; k++) {
            FloatVector score = FloatVector.fromArray(SPECIES, data, at + k * AttentionTiles.COLS)
                    .blend(Float.NEGATIVE_INFINITY, LANES.lt((float) (k - first)));
            score.intoArray(data, at + k * AttentionTiles.COLS);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        max.intoArray(maxima, 0);
        if (firstBlock) {
            Arrays.fill(scales, 0);
            Arrays.fill(sums, 0);
        } else {
            VectorMath.exp(before.sub(max)).intoArray(scales, 0);
        }
        exponentials(keys);
    }

    /** e^(score - maximum) of the block, and its share of the sums. */
    private void exponentials(int keys) {
        float[] data = scores.data();
        int at = scores.offset();
        FloatVector max = FloatVector.fromArray(SPECIES, maxima, 0);
        FloatVector sum = FloatVector.fromArray(SPECIES, sums, 0).mul(FloatVector.fromArray(SPECIES, scales, 0));
        for (int k = 0; k < keys; k++) {
            FloatVector p = VectorMath.exp(FloatVector.fromArray(SPECIES, data, at + k * AttentionTiles.COLS)
                    .sub(max));
            p.intoArray(data, at + k * AttentionTiles.COLS);
            sum = sum.add(p);
        }
        sum.intoArray(sums, 0);
    }

    /** logSumExps = maxima + ln sums. */
    private void logarithms() {
        VectorMath.log(FloatVector.fromArray(SPECIES, sums, 0))
                .add(FloatVector.fromArray(SPECIES, maxima, 0))
                .intoArray(logSumExps, 0);
    }

    /** Scales what the blocks before have summed up, or clears what was left by other queries. */
    private void scaleResult(int size, boolean firstBlock) {
        if (firstBlock) {
            clear(result);
            return;
        }
        for (int i = 0; i < LENGTH; i++) {
            for (int d = 0; d < size; d += LENGTH) {
                int at = result.rowAt(i) + d;
                FloatVector.fromArray(SPECIES, result.data(), at).mul(scales[i]).intoArray(result.data(), at);
            }
        }
    }

    /**
     * With P = e^(S - logSumExp), S = q · kᵀ · scale and out = P · v: dV = Pᵀ · dOut, dP = dOut · vᵀ, dS = P · (dP - Σ
     * over d of dOut · out), dQ = dS · k · scale, dK = dSᵀ · q · scale.
     */
    void backward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        reserve(shape);
        int width = shape.width();
        int size = shape.headSize();
        int units = shape.batch() * shape.heads();
        for (int unit = share.from(units); unit < share.to(units); unit++) {
            int row = unit / shape.heads() * shape.time();
            int col = unit % shape.heads() * size;
            if (unit == share.from(units) || col == 0) {
                touch(qkv, row, shape.time());
                touch(out, row, shape.time());
                touch(dOut, row, shape.time());
            }
            select(qkv, row, col, shape);
            dOutput.lie(dOut, row, col);
            queryVectors.lieOrPad(query, shape.time(), size);
            keyVectors.lieOrPad(key, shape.time(), size);
            dOutputVectors.lieOrPad(dOutput, shape.time(), size);
            clear(dKey);
            clear(dValue);
            for (int first = 0; first < shape.time(); first += LENGTH) {
                int end = Math.min(shape.time(), first + LENGTH);
                // Lanes without a query have no probability either.
                Arrays.fill(logSumExps, Float.POSITIVE_INFINITY);
                System.arraycopy(logSumExp.data(), logSumExp.rowAt(unit) + first, logSumExps, 0, end - first);
                for (int i = 0; i < end - first; i++) {
                    means[i] =
                            dot(out, out.rowAt(row + first + i) + col, dOut, dOut.rowAt(row + first + i) + col, size);
                }
                queriesBackward(shape, first, end);
                for (int i = 0; i < end - first; i++) {
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
    private void queriesBackward(AttentionShape shape, int first, int end) {
        int size = shape.headSize();
        transpose(query, first, end, size, shape.scale(), queryColumns);
        transpose(dOutput, first, end, size, 1, dOutputColumns);
        clear(result);
        for (int block = 0; block < end; block += BLOCK) {
            int keys = Math.min(BLOCK, end - block);
            tiles.scores(key, block, keys, queryColumns, size, scores);
            tiles.scores(value, block, keys, dOutputColumns, size, dScores);
            scoresBackward(first - block, AttentionTiles.padded(keys));
            tiles.sumRows(dScores, keys, keyVectors, block, size, result);
            tiles.sumQueries(scores, keys, dOutputVectors, first, end - first, size, dValue, block);
            tiles.sumQueries(dScores, keys, queryVectors, first, end - first, size, dKey, block);
        }
    }

    /** With the queries' logSumExps and means: turns scores to probabilities, and dScores from dP to dS. */
    private void scoresBackward(int first, int keys) {
        float[] p = scores.data();
        float[] d = dScores.data();
        int at = scores.offset();
        FloatVector logSumExp = FloatVector.fromArray(SPECIES, logSumExps, 0);
        FloatVector mean = FloatVector.fromArray(SPECIES, means, 0);
        for (int k = 0; k < keys; k++) {
            int i = at + k * AttentionTiles.COLS;
            FloatVector probability = VectorMath.exp(
                            FloatVector.fromArray(SPECIES, p, i).sub(logSumExp))
                    .blend(0, LANES.lt((float) (k - first)));
            probability.intoArray(p, i);
            FloatVector.fromArray(SPECIES, d, i).sub(mean).mul(probability).intoArray(d, i);
        }
    }

    /** One new position: its key and value join the cache, then it attends to all that are there. */
    void cached(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out) {
        int width = shape.width();
        int size = shape.headSize();
        int values = cache.rows() / 2;
        reserve(shape);
        for (int head = share.from(shape.heads()); head < share.to(shape.heads()); head++) {
            int col = head * size;
            int at = qkv.offset() + col;
            System.arraycopy(qkv.data(), at + width, cache.data(), cache.rowAt(position) + col, size);
            System.arraycopy(qkv.data(), at + 2 * width, cache.data(), cache.rowAt(values + position) + col, size);
            float[] scaled = queryColumns.data();
            int scaledAt = queryColumns.offset();
            for (int d = 0; d < size; d++) {
                scaled[scaledAt + d] = qkv.data()[at + d] * shape.scale();
            }
            int outAt = out.offset() + col;
            Arrays.fill(out.data(), outAt, outAt + size, 0);
            float max = Float.NEGATIVE_INFINITY;
            float sum = 0;
            for (int block = 0; block <= position; block += BLOCK) {
                int keys = Math.min(BLOCK, position + 1 - block);
                float before = max;
                for (int k = 0; k < keys; k++) {
                    int keyAt = cache.rowAt(block + k) + col;
                    float score = 0;
                    for (int d = 0; d < size; d++) {
                        score = Math.fma(cache.data()[keyAt + d], scaled[scaledAt + d], score);
                    }
                    scores.data()[scores.offset() + k] = score;
                    max = k + block == 0 || score > max ? score : max;
                }
                if (block > 0) {
                    float scale = VectorMath.exp(before - max);
                    sum *= scale;
                    for (int d = 0; d < size; d++) {
                        out.data()[outAt + d] *= scale;
                    }
                }
                for (int k = 0; k < keys; k++) {
                    float p = VectorMath.exp(scores.data()[scores.offset() + k] - max);
                    sum += p;
                    addRow(p, cache, cache.rowAt(values + block + k) + col, size, out, outAt);
                }
            }
            for (int d = 0; d < size; d++) {
                out.data()[outAt + d] *= 1 / sum;
            }
        }
    }

    private static void addRow(float weight, Matrix x, int at, int size, Matrix out, int outAt) {
        for (int d = 0; d < size; d++) {
            out.data()[outAt + d] = Math.fma(weight, x.data()[at + d], out.data()[outAt + d]);
        }
    }

    /** Floats of the buffers for heads of a shape. */
    static long scratchFloats(int time, int headSize) {
        long padded = Lanes.padded(headSize);
        long copies = padded == headSize ? 0 : 4L * time * padded;
        return 2L * AttentionTiles.padded(time) * padded + copies + (2L * headSize + AttentionTiles.COLS) * padded;
    }

    /** Makes buffers of the shape unless they are there. */
    private void reserve(AttentionShape shape) {
        int time = AttentionTiles.padded(shape.time());
        int size = Lanes.padded(shape.headSize());
        if (queryColumns.rows() != shape.headSize()) {
            queryColumns = Matrix.zeros(shape.headSize(), LENGTH);
            dOutputColumns = Matrix.zeros(shape.headSize(), LENGTH);
            result = Matrix.zeros(AttentionTiles.COLS, size);
        }
        if (dKey.rows() != time || dKey.cols() != size) {
            dKey = Matrix.zeros(time, size);
            dValue = Matrix.zeros(time, size);
        }
    }

    /**
     * Reads a little of every cache line of a sequence, in order. Heads are columns: one alone touches lines far apart,
     * each of which has to come from memory when its turn comes, while all together are fetched ahead.
     */
    private void touch(Matrix x, int row, int rows) {
        int end = x.rowAt(row + rows);
        if ((long) rows * x.cols() > MOST_TOUCHED) {
            return;
        }
        float sum = 0;
        for (int i = x.rowAt(row); i < end; i += LINE) {
            sum += x.data()[i];
        }
        touched = sum;
    }

    private void select(Matrix qkv, int row, int col, AttentionShape shape) {
        query.lie(qkv, row, col);
        key.lie(qkv, row, shape.width() + col);
        value.lie(qkv, row, 2 * shape.width() + col);
    }

    /** to (D, LENGTH) = scale · rows {@code first} to {@code end} of x, transposed; the last one fills the lanes up. */
    private void transpose(HeadRows x, int first, int end, int size, float scale, Matrix to) {
        for (int i = 0; i < LENGTH; i++) {
            rowStarts[i] = Math.min(i, end - first - 1) * x.stride;
        }
        int source = x.at + first * x.stride;
        for (int d = 0; d < size; d++) {
            FloatVector.fromArray(SPECIES, x.data, source + d, rowStarts, 0)
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

    /** Σ a · b, one chain. */
    private static float dot(Matrix a, int aAt, Matrix b, int bAt, int size) {
        float sum = 0;
        for (int d = 0; d < size; d++) {
            sum = Math.fma(a.data()[aAt + d], b.data()[bAt + d], sum);
        }
        return sum;
    }

    private static void clear(Matrix x) {
        Arrays.fill(x.data(), x.offset(), x.offset() + x.size(), 0);
    }
}
