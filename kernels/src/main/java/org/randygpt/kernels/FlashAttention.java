package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.GT;
import static org.randygpt.kernels.AttentionTiles.ROWS;
import static org.randygpt.kernels.AttentionTiles.STRIDE;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Causal attention block by block, with a running maximum and sum for each query (Dao et al. 2022): two vectors of
 * queries meet blocks of {@link #BLOCK} keys one after the other, so that only the scores of one block are held at a
 * time.
 *
 * <p>Queries are in the lanes, so that maximum and sum need no reduction over lanes; elsewhere lanes run along the
 * head. Keys that no query of a tile sees are left out. Scores are in units of ln 2, so that probabilities are powers
 * of 2. Buffers are made anew when the shape changes.
 */
final class FlashAttention {
    /** Keys of a block: part of the definition, since the running sum is scaled once for each block. */
    static final int BLOCK = 64;

    /** ln 2, the unit of scores. */
    static final float LN_2 = 0x1.62e43p-1f;

    /** Queries that meet a block together. */
    private static final int QUERIES = 2 * LENGTH;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Floats of a sequence that stay in the second-level cache until their head's turn comes. */
    private static final int MOST_TOUCHED = 64 * 1024;

    private static final FloatVector LANES = FloatVector.zero(SPECIES).addIndex(1);

    private final Share share;
    private final AttentionTiles tiles = new AttentionTiles();
    private final Transposition transposition = new Transposition();

    // The head at hand, (T, D); queries are scaled.
    private int time;
    private int size;
    private HeadRows query = new HeadRows(0, 0);
    private HeadRows key = query;
    private HeadRows value = query;
    private HeadRows output = query;
    private HeadRows dOutput = query;
    private HeadRows dKey = query;
    private HeadRows dValue = query;

    // The queries at hand: transposed (D, QUERIES); against the keys of a block (BLOCK, QUERIES); results (QUERIES, D).
    private HeadRows queryColumns = query;
    private HeadRows outputColumns = query;
    private HeadRows dOutputColumns = query;
    private final HeadRows scores = new HeadRows(BLOCK, QUERIES);
    private final HeadRows dScores = new HeadRows(BLOCK, QUERIES);
    private HeadRows result = query;

    private final Meeting meeting = new Meeting();

    /** What chains start from. */
    private final HeadRows zeros = new HeadRows(ROWS, STRIDE);

    // Of each query of the head.
    private float[] maxima = {};
    private float[] sums = {};
    private float[] logSumExps = {};

    // Of each query at hand.
    private final float[] scales = new float[QUERIES];
    private final float[] means = new float[QUERIES];

    /** The sum of what was touched: nobody wants it, but the reads would be dropped without it. */
    @SuppressWarnings("UnusedVariable") // see above
    private float touched;

    FlashAttention(Share share) {
        this.share = share;
    }

    /** out = softmax(q · kᵀ / √D) · v; workers share the heads of all sequences. */
    void forward(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp) {
        reserve(shape.time(), shape.headSize());
        int units = shape.batch() * shape.heads();
        for (int unit = share.from(units); unit < share.to(units); unit++) {
            int row = unit / shape.heads() * time;
            int col = unit % shape.heads() * size;
            if (unit == share.from(units) || col == 0) {
                touch(qkv, row, time);
            }
            query.copy(qkv, row, col, time, size, shape.scoreScale());
            if (unit == share.from(units) || unit % shape.group() == 0) {
                copyKeysAndValues(shape, qkv, unit / shape.group());
            }
            for (int first = 0; first < time; first += QUERIES) {
                int end = Math.min(time, first + QUERIES);
                transpose(query, first, end, queryColumns);
                for (int block = 0; block < end; block += BLOCK) {
                    meeting.between(first, end, block);
                    products(key, block, queryColumns, scores);
                    softmax(block);
                    sumKeys(scores, value, block, result);
                }
                invertSums(first);
                result.scaleRows(scales, size);
                result.write(1, end - first, size, out, row + first, col, Store.REPLACE);
            }
            logarithms();
            System.arraycopy(logSumExps, 0, logSumExp.data(), logSumExp.rowAt(unit), time);
        }
    }

    /** Queries against the keys of a block. */
    private static final class Meeting {
        /** The first query, counted from the first key. */
        int first;

        /** How many queries there are. */
        int queries;

        /** How many keys the last query sees. */
        int keys;

        void between(int firstQuery, int endQuery, int block) {
            first = firstQuery - block;
            queries = endQuery - firstQuery;
            keys = Math.min(BLOCK, endQuery - block);
        }

        /** Keys that some of a vector of queries see, {@code lane} queries after the first, and the rest of a tile. */
        int keys(int lane) {
            return Math.min(keys, first + tiled(lane + LENGTH));
        }

        /** The same in whole tiles, beyond the last key too. */
        int tiledKeys(int lane) {
            return tiled(keys(lane));
        }

        private static int tiled(int n) {
            return Math.ceilDiv(n, ROWS) * ROWS;
        }
    }

    /** out[k][i] = Σ over d of x[block + k][d] · columns[d][i], for keys k that queries i see. */
    private void products(HeadRows x, int block, HeadRows columns, HeadRows out) {
        int last = (meeting.queries - 1) / LENGTH * LENGTH;
        tiles.a = x.data;
        tiles.b = columns.data;
        tiles.to = out.data;
        for (int k = 0; k < meeting.tiledKeys(last); k += ROWS) {
            int lane = k < meeting.tiledKeys(0) ? 0 : LENGTH;
            for (int d = 0; d < size; d += STRIDE) {
                tiles.aAt = x.at(block + k, d);
                tiles.depth = Math.min(STRIDE, size - d);
                tiles.bAt = columns.at(d, lane);
                tiles.toAt = out.at(k, lane);
                start(d == 0, out);
                tiles.rows(last + LENGTH - lane);
            }
        }
    }

    /** Where the chains of a tile start: at zero or at what is in the output. */
    private void start(boolean atZero, HeadRows out) {
        tiles.from = atZero ? zeros.data : out.data;
        tiles.fromAt = atZero ? zeros.at(0, 0) : tiles.toAt;
    }

    /**
     * out[i] += Σ over keys k that i sees, from zero in the first block, of weights[k][i] · x[block + k], for queries
     * i.
     */
    private void sumKeys(HeadRows weights, HeadRows x, int block, HeadRows out) {
        tiles.a = weights.data;
        tiles.b = x.data;
        tiles.to = out.data;
        for (int i = 0; i < meeting.queries; i += ROWS) {
            tiles.depth = Math.min(meeting.keys, meeting.first + i + ROWS);
            for (int d = 0; d < size; d += STRIDE) {
                tiles.aAt = weights.at(0, i);
                tiles.bAt = x.at(block, d);
                tiles.toAt = out.at(i, d);
                start(block == 0, out);
                tiles.columns(Math.min(STRIDE, size - d));
            }
        }
    }

    /** out[block + k] += Σ over queries i that see k of weights[k][i] · x[first + i], for keys k. */
    private void sumQueries(HeadRows weights, HeadRows x, int first, HeadRows out) {
        int block = first - meeting.first;
        tiles.a = weights.data;
        tiles.b = x.data;
        tiles.to = out.data;
        for (int k = 0; k < meeting.keys; k += ROWS) {
            int seeing = Math.max(0, k - meeting.first);
            tiles.depth = meeting.queries - seeing;
            for (int d = 0; d < size; d += STRIDE) {
                tiles.aAt = weights.at(k, seeing);
                tiles.bAt = x.at(first + seeing, d);
                tiles.toAt = out.at(block + k, d);
                // No queries before these have seen the keys.
                start(k >= meeting.first, out);
                tiles.rows(Math.min(STRIDE, size - d));
            }
        }
    }

    /** Scores become 2^(score - maximum so far), sums are updated, and results scaled where a maximum has moved. */
    private void softmax(int block) {
        int first = block + meeting.first;
        for (int lane = 0; lane < meeting.queries; lane += LENGTH) {
            if (block == 0) {
                System.arraycopy(scores.data, scores.at(0, lane), maxima, first + lane, LENGTH);
                Arrays.fill(sums, first + lane, first + lane + LENGTH, 0);
            }
            maximum(lane, first + lane);
            exponentials(meeting.keys(lane), lane, first + lane);
        }
        if (block > 0 && !allOnes(scales)) {
            result.scaleRows(scales, size);
        }
    }

    /**
     * The largest score so far; scales are what earlier sums and results are to be multiplied with. Keys after a query
     * get a score of -∞.
     */
    private void maximum(int lane, int query) {
        float[] data = scores.data;
        int at = scores.at(0, lane);
        FloatVector before = FloatVector.fromArray(SPECIES, maxima, query);
        FloatVector max = before;
        // Two maxima, since each comparison waits for the one before.
        FloatVector other = before;
        int keys = meeting.keys(lane);
        int visible = Math.min(keys, meeting.first + lane);
        int k = 0;
        for (; k < visible; k += 2) {
            FloatVector even = FloatVector.fromArray(SPECIES, data, at + k * STRIDE);
            FloatVector odd = FloatVector.fromArray(SPECIES, data, at + k * STRIDE + STRIDE);
            max = max.blend(even, even.compare(GT, max));
            other = other.blend(odd, odd.compare(GT, other));
        }
        for (; k < keys; k++) {
            FloatVector score = FloatVector.fromArray(SPECIES, data, at + k * STRIDE)
                    .blend(Float.NEGATIVE_INFINITY, LANES.lt((float) (k - meeting.first - lane)));
            score.intoArray(data, at + k * STRIDE);
            max = max.blend(score, score.compare(GT, max));
        }
        max = max.blend(other, other.compare(GT, max));
        max.intoArray(maxima, query);
        VectorMath.exp2(before.sub(max)).intoArray(scales, lane);
    }

    /** 2^(score - maximum) of the block, and its share of the sums. */
    private void exponentials(int keys, int lane, int query) {
        float[] data = scores.data;
        int at = scores.at(0, lane);
        FloatVector max = FloatVector.fromArray(SPECIES, maxima, query);
        FloatVector sum = FloatVector.fromArray(SPECIES, sums, query).mul(FloatVector.fromArray(SPECIES, scales, lane));
        for (int k = 0; k < keys; k++) {
            FloatVector p = VectorMath.exp2(
                    FloatVector.fromArray(SPECIES, data, at + k * STRIDE).sub(max));
            p.intoArray(data, at + k * STRIDE);
            sum = sum.add(p);
        }
        sum.intoArray(sums, query);
    }

    private static boolean allOnes(float[] x) {
        for (float element : x) {
            if (element != 1) {
                return false;
            }
        }
        return true;
    }

    /** Of the whole head: logSumExps = maxima + log₂ sums. */
    private void logarithms() {
        for (int i = 0; i < time; i += LENGTH) {
            VectorMath.log(FloatVector.fromArray(SPECIES, sums, i))
                    .fma(FloatVector.broadcast(SPECIES, VectorMath.LOG2_E), FloatVector.fromArray(SPECIES, maxima, i))
                    .intoArray(logSumExps, i);
        }
    }

    /** scales = 1 / sums. */
    private void invertSums(int first) {
        for (int lane = 0; lane < QUERIES; lane += LENGTH) {
            FloatVector.broadcast(SPECIES, 1)
                    .div(FloatVector.fromArray(SPECIES, sums, first + lane))
                    .intoArray(scales, lane);
        }
    }

    /**
     * With P = e^(S - logSumExp), S = q · kᵀ / √D and out = P · v: dV = Pᵀ · dOut, dP = dOut · vᵀ, dS = P · (dP - Σ
     * over d of dOut · out), dQ = dS · k / √D, dK = dSᵀ · q / √D. Workers share key/value heads, each with all heads
     * that use it.
     */
    void backward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store) {
        reserve(shape.time(), shape.headSize());
        int groups = shape.batch() * shape.keyValueHeads();
        for (int group = share.from(groups); group < share.to(groups); group++) {
            int row = group / shape.keyValueHeads() * time;
            if (group == share.from(groups) || group % shape.keyValueHeads() == 0) {
                touch(qkv, row, time);
                touch(out, row, time);
                touch(dOut, row, time);
            }
            copyKeysAndValues(shape, qkv, group);
            int keyCol = shape.width() + group % shape.keyValueHeads() * size;
            Store keyValueStore = store;
            for (int unit = group * shape.group(); unit < (group + 1) * shape.group(); unit++) {
                int col = unit % shape.heads() * size;
                query.copy(qkv, row, col, time, size, shape.scoreScale());
                output.copy(out, row, col, time, size, 1);
                dOutput.copy(dOut, row, col, time, size, 1);
                // Lanes without a query have no probability either.
                Arrays.fill(logSumExps, time, logSumExps.length, Float.POSITIVE_INFINITY);
                System.arraycopy(logSumExp.data(), logSumExp.rowAt(unit), logSumExps, 0, time);
                for (int first = 0; first < time; first += QUERIES) {
                    int end = Math.min(time, first + QUERIES);
                    queriesBackward(first, end);
                    result.write(shape.scale(), end - first, size, dQkv, row + first, col, store);
                }
                // Queries are in units of ln 2.
                dKey.write(LN_2, time, size, dQkv, row, keyCol, keyValueStore);
                dValue.write(1, time, size, dQkv, row, keyCol + shape.keyValueWidth(), keyValueStore);
                keyValueStore = Store.ADD;
            }
        }
    }

    /** Those of one key/value head of one sequence; {@code group} counts them, sequence after sequence. */
    private void copyKeysAndValues(AttentionShape shape, Matrix qkv, int group) {
        int row = group / shape.keyValueHeads() * time;
        int col = shape.width() + group % shape.keyValueHeads() * size;
        key.copy(qkv, row, col, time, size, 1);
        value.copy(qkv, row, col + shape.keyValueWidth(), time, size, 1);
    }

    /** Some queries: adds to dKey and dValue, and leaves dQ in the result. */
    private void queriesBackward(int first, int end) {
        transpose(query, first, end, queryColumns);
        transpose(output, first, end, outputColumns);
        transpose(dOutput, first, end, dOutputColumns);
        for (int lane = 0; lane < end - first; lane += LENGTH) {
            mean(lane);
        }
        for (int block = 0; block < end; block += BLOCK) {
            meeting.between(first, end, block);
            products(key, block, queryColumns, scores);
            products(value, block, dOutputColumns, dScores);
            for (int lane = 0; lane < end - first; lane += LENGTH) {
                scoresBackward(lane, first + lane);
            }
            sumKeys(dScores, key, block, result);
            sumQueries(scores, dOutput, first, dValue);
            sumQueries(dScores, query, first, dKey);
        }
    }

    /** means = Σ over d of out · dOut. */
    private void mean(int lane) {
        int at = outputColumns.at(0, lane);
        FloatVector mean = FloatVector.zero(SPECIES);
        for (int d = 0; d < size; d++) {
            int i = at + d * STRIDE;
            mean = FloatVector.fromArray(SPECIES, outputColumns.data, i)
                    .fma(FloatVector.fromArray(SPECIES, dOutputColumns.data, i), mean);
        }
        mean.intoArray(means, lane);
    }

    /** With the queries' logSumExps and means: turns scores to probabilities, and dScores from dP to dS. */
    private void scoresBackward(int lane, int query) {
        float[] p = scores.data;
        float[] d = dScores.data;
        int at = scores.at(0, lane);
        FloatVector logSumExp = FloatVector.fromArray(SPECIES, logSumExps, query);
        FloatVector mean = FloatVector.fromArray(SPECIES, means, lane);
        int keys = meeting.tiledKeys(lane);
        int visible = Math.min(keys, meeting.first + lane);
        int k = 0;
        for (; k < visible; k++) {
            int i = at + k * STRIDE;
            FloatVector probability =
                    VectorMath.exp2(FloatVector.fromArray(SPECIES, p, i).sub(logSumExp));
            probability.intoArray(p, i);
            FloatVector.fromArray(SPECIES, d, i).sub(mean).mul(probability).intoArray(d, i);
        }
        for (; k < keys; k++) {
            int i = at + k * STRIDE;
            FloatVector probability = VectorMath.exp2(
                            FloatVector.fromArray(SPECIES, p, i).sub(logSumExp))
                    .blend(0, LANES.lt((float) (k - meeting.first - lane)));
            probability.intoArray(p, i);
            FloatVector.fromArray(SPECIES, d, i).sub(mean).mul(probability).intoArray(d, i);
        }
    }

    /** columns (D, QUERIES) = some rows of x, transposed. */
    private void transpose(HeadRows x, int first, int end, HeadRows columns) {
        for (int lane = 0; lane < end - first; lane += LENGTH) {
            transposition.columns(x, first + lane, size, columns, lane);
        }
    }

    /** Floats of the buffers for heads of a shape. */
    static long scratchFloats(int time, int headSize) {
        long heads = 7L * HeadRows.floats(paddedRows(time), headSize);
        long columns = 3L * HeadRows.floats(Lanes.padded(headSize), QUERIES);
        long blocks = 2L * HeadRows.floats(BLOCK, QUERIES) + HeadRows.floats(ROWS + LENGTH, STRIDE);
        return heads + 3L * paddedRows(time) + columns + blocks + HeadRows.floats(QUERIES, headSize);
    }

    private static int paddedRows(int time) {
        return Math.ceilDiv(time, QUERIES) * QUERIES;
    }

    /** Makes buffers of the shape unless they are there. */
    private void reserve(int newTime, int newSize) {
        if (newTime == time && newSize == size) {
            return;
        }
        time = newTime;
        size = newSize;
        int rows = paddedRows(time);
        query = new HeadRows(rows, size);
        key = new HeadRows(rows, size);
        value = new HeadRows(rows, size);
        output = new HeadRows(rows, size);
        dOutput = new HeadRows(rows, size);
        dKey = new HeadRows(rows, size);
        dValue = new HeadRows(rows, size);
        queryColumns = new HeadRows(Lanes.padded(size), QUERIES);
        outputColumns = new HeadRows(Lanes.padded(size), QUERIES);
        dOutputColumns = new HeadRows(Lanes.padded(size), QUERIES);
        result = new HeadRows(QUERIES, size);
        maxima = new float[rows];
        sums = new float[rows];
        logSumExps = new float[rows];
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
}
