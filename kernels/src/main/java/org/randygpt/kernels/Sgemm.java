package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;
import static org.randygpt.kernels.Matrix.ALIGNED_START;
import static org.randygpt.kernels.TileJob.ROW_STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * Single-precision matrix product in register tiles.
 *
 * <p>b is packed into panels a tile wide, block by block along K, and every few rows of a pass by all panels (Goto and
 * van de Geijn 2008). Rows of a are copied to a small buffer of a fixed stride first; an a that is stored transposed is
 * read where it lies. Each element of the output is one chain of fused multiply-adds in the order of K, whatever the
 * tile, the panel or the worker that it falls to.
 */
final class Sgemm {
    private static final Tile TILE = Tile.NATIVE;
    private static final int TILE_ROWS = TILE.rows();
    private static final int TILE_COLS = TILE.cols();

    /** Steps along K for which b is packed at a time. */
    static final int DEPTH = 512;

    /** The same where a is stored transposed: its rows are read in strides, and fewer of them stay in the cache. */
    private static final int TRANSPOSED_DEPTH = 256;

    /** Floats of the panels of b: half of a second-level cache of a megabyte. */
    static final int PANEL_FLOATS = 128 * 1024;

    /** Steps of a transposed b that are packed together: a square of as many columns stays in the first-level cache. */
    private static final int SQUARE = 64;

    /**
     * Columns of a transposed a that are copied side by side: the small tile passes over them so often that they have
     * to lie together in the first-level cache, the large one reads whole tiles where they lie.
     */
    private static final int STRIP = Lanes.REGISTERS < 32 ? Math.max(TILE_ROWS, LENGTH) : TILE_ROWS;

    private static final float[] ZEROS = new float[TILE_COLS];

    private static final Matrix NO_SUMS = Matrix.zeros(0, 0);

    private final Share share;
    private final TileJob job = new TileJob();
    /** Made by the first product: those who never multiply do without. */
    private float[] panels = {};

    private final float[] leftRows = Lanes.buffer(Math.max(TILE_ROWS * ROW_STRIDE, TRANSPOSED_DEPTH * STRIP));
    private final float[] edge = Lanes.buffer(TILE_ROWS * TILE_COLS);

    // Element (i, j) of what the accumulators start from is start[startAt + i * startRow + j * startCol]: zeros, a bias
    // or the output itself.
    private float[] start = ZEROS;
    private int startAt;
    private int startRow;
    private int startCol;

    Sgemm(Share share) {
        this.share = share;
    }

    /** How a side is stored: as the formula reads it, or transposed. */
    enum Side {
        PLAIN,
        TRANSPOSED
    }

    /** out (M, N) = a · b, starting from zero or from out; a side that is TRANSPOSED is stored (K, M) or (N, K). */
    void multiply(Matrix left, Side leftSide, Matrix right, Side rightSide, Matrix out, Store store) {
        startFrom(out, store);
        run(left, leftSide, right, rightSide, out, NO_SUMS);
    }

    /** out (M, N) = a (M, K) · b (K, N) + bias (1, N). */
    void multiply(Matrix left, Matrix right, Matrix bias, Matrix out) {
        startFrom(bias.data(), bias.offset(), 0, 1);
        run(left, Side.PLAIN, right, Side.PLAIN, out, NO_SUMS);
    }

    /** out (M, N) += aᵀ · b, a (K, M), b (K, N); columnSums (1, N) += the rows of b, which are at hand when packed. */
    void multiplyAndSum(Matrix left, Matrix right, Matrix out, Matrix columnSums) {
        startFrom(out, Store.ADD);
        run(left, Side.TRANSPOSED, right, Side.PLAIN, out, columnSums);
    }

    private void startFrom(Matrix out, Store store) {
        if (store == Store.ADD) {
            startFrom(out.data(), out.offset(), out.cols(), 1);
        } else {
            startFrom(ZEROS, 0, 0, 0);
        }
    }

    private void startFrom(float[] values, int at, int row, int col) {
        start = values;
        startAt = at;
        startRow = row;
        startCol = col;
    }

    private void run(Matrix left, Side leftSide, Matrix right, Side rightSide, Matrix out, Matrix columnSums) {
        boolean plain = leftSide == Side.PLAIN;
        int depth = plain ? left.cols() : left.rows();
        assert (plain ? left.rows() : left.cols()) == out.rows() : left + " " + out;
        assert (rightSide == Side.PLAIN ? right.rows() : right.cols()) == depth : left + " " + right;
        assert (rightSide == Side.PLAIN ? right.cols() : right.rows()) == out.cols() : right + " " + out;
        int tileRows = Math.ceilDiv(out.rows(), TILE_ROWS);
        int tileCols = Math.ceilDiv(out.cols(), TILE_COLS);
        int across = partsAcross(tileRows, tileCols, share.count());
        int down = partsDown(tileRows, across, share.count());
        int part = share.count() - 1 - share.index();
        if (part >= down * across) {
            return;
        }
        int firstRow = Share.boundary(tileRows, part / across, down) * TILE_ROWS;
        int endRow = Math.min(out.rows(), Share.boundary(tileRows, part / across + 1, down) * TILE_ROWS);
        int firstCol = Share.boundary(tileCols, part % across, across) * TILE_COLS;
        int endCol = Math.min(out.cols(), Share.boundary(tileCols, part % across + 1, across) * TILE_COLS);
        if (panels.length == 0) {
            panels = Lanes.buffer(PANEL_FLOATS);
            job.panel = panels;
        }
        int block = Math.min(depth, plain ? DEPTH : TRANSPOSED_DEPTH);
        int groupCols = PANEL_FLOATS / Math.max(1, block) / TILE_COLS * TILE_COLS;
        for (int col = firstCol; col < endCol; col += groupCols) {
            int groupEnd = Math.min(endCol, col + groupCols);
            for (int k = 0; k == 0 || k < depth; k += block) {
                int steps = Math.min(block, depth - k);
                if (rightSide == Side.PLAIN) {
                    pack(right, k, steps, col, groupEnd);
                } else {
                    packTransposed(right, k, steps, col, groupEnd);
                }
                if (columnSums.size() > 0) {
                    sumColumns(columnSums, steps, col, groupEnd, part / across, down);
                }
                job.depth = steps;
                if (plain) {
                    rows(left, k, out, firstRow, endRow, col, groupEnd);
                } else {
                    columns(left, k, out, firstRow, endRow, col, groupEnd);
                }
            }
        }
    }

    /**
     * In how many parts the workers divide the columns of the output, so that the one with the largest part has the
     * least to do.
     */
    private static int partsAcross(int tileRows, int tileCols, int workers) {
        int best = 1;
        long least = Long.MAX_VALUE;
        for (int across = 1; across <= Math.min(workers, tileCols); across++) {
            long rows = Math.ceilDiv(tileRows, partsDown(tileRows, across, workers));
            long cols = Math.ceilDiv(tileCols, across);
            // For each step along K, in cycles: multiply-adds, packing of b, reading of a.
            long cost = rows * cols * 16 + cols * 26 + rows;
            if (cost < least) {
                least = cost;
                best = across;
            }
        }
        return best;
    }

    /** In how many parts they divide the rows then; some workers may have none. */
    private static int partsDown(int tileRows, int across, int workers) {
        return Math.max(1, Math.min(workers / across, tileRows));
    }

    /** All tiles of some rows of a (M, K) over the panels of columns col to endCol. */
    private void rows(Matrix left, int k, Matrix out, int firstRow, int endRow, int col, int endCol) {
        job.a = leftRows;
        job.aAt = ALIGNED_START;
        for (int row = firstRow; row < endRow; row += TILE_ROWS) {
            job.rows = Math.min(TILE_ROWS, endRow - row);
            for (int r = 0; r < TILE_ROWS; r++) {
                int source = left.rowAt(row + Math.min(r, job.rows - 1)) + k;
                copyRun(left.data(), source, leftRows, ALIGNED_START + r * ROW_STRIDE, job.depth);
            }
            int touched = 0;
            for (int c = col; c < endCol; ) {
                int width = panelWidth(c, endCol);
                place(out, row, c, width, k);
                job.panelAt = ALIGNED_START + job.depth * (c - col);
                lookAhead(left, row + TILE_ROWS + touched, k, touched < TILE_ROWS);
                touched += left.cols() == job.depth ? TileJob.AHEAD_STEP : 1;
                if (width == TILE_COLS) {
                    TILE.multiplyRows(job);
                } else {
                    narrowTile(ROW_STRIDE, 1);
                }
                leaveEdge(out, row, c, width);
                c += width;
            }
        }
    }

    /** All tiles of some columns of a (K, M) over the panels of columns col to endCol. */
    private void columns(Matrix left, int k, Matrix out, int firstRow, int endRow, int col, int endCol) {
        for (int row = firstRow; row < endRow; row += TILE_ROWS) {
            job.rows = Math.min(TILE_ROWS, endRow - row);
            job.a = left.data();
            job.aAt = left.rowAt(k) + row;
            job.aStep = left.cols();
            if (STRIP > TILE_ROWS || job.rows < TILE_ROWS) {
                int inStrip = (row - firstRow) % STRIP;
                if (inStrip == 0) {
                    copyStrip(left, k, row, Math.min(STRIP, endRow - row));
                }
                job.a = leftRows;
                job.aAt = ALIGNED_START + inStrip;
                job.aStep = STRIP;
            }
            for (int c = col; c < endCol; ) {
                int width = panelWidth(c, endCol);
                place(out, row, c, width, k);
                job.panelAt = ALIGNED_START + job.depth * (c - col);
                if (width == TILE_COLS) {
                    TILE.multiplyColumns(job);
                } else {
                    narrowTile(1, job.aStep);
                }
                leaveEdge(out, row, c, width);
                c += width;
            }
        }
    }

    /** Copies some columns of a, and the last one again where there are fewer than a strip has. */
    private void copyStrip(Matrix left, int k, int row, int count) {
        float[] from = left.data();
        int source = left.rowAt(k) + row;
        int stride = left.cols();
        if (count == STRIP && STRIP >= LENGTH) {
            for (int step = 0; step < job.depth; step++) {
                int at = source + step * stride;
                int toAt = ALIGNED_START + step * STRIP;
                for (int i = 0; i < STRIP; i += LENGTH) {
                    FloatVector.fromArray(SPECIES, from, at + i).intoArray(leftRows, toAt + i);
                }
            }
            return;
        }
        for (int r = 0; r < STRIP; r++) {
            int at = source + Math.min(r, count - 1);
            for (int step = 0; step < job.depth; step++) {
                leftRows[ALIGNED_START + step * STRIP + r] = from[at + step * stride];
            }
        }
    }

    /** Sets what the next tile touches: a row of a that comes after, and what follows it, if it is wanted and there. */
    private void lookAhead(Matrix left, int row, int k, boolean wanted) {
        int at = left.rowAt(row) + k;
        boolean there = wanted && at + job.depth * TileJob.AHEAD_STEP < left.data().length;
        job.ahead = there ? left.data() : job.a;
        job.aheadAt = there ? at : job.aAt;
    }

    /** What is left of a row after full tiles goes by single vectors, unless it nearly fills a tile. */
    private static int panelWidth(int col, int endCol) {
        return endCol - col > TILE_COLS - LENGTH ? TILE_COLS : LENGTH;
    }

    /** Copies rows k to k + steps of b (K, N), columns col to endCol, to panels. */
    private void pack(Matrix b, int k, int steps, int col, int endCol) {
        for (int c = col; c < endCol; ) {
            int width = panelWidth(c, endCol);
            int source = b.rowAt(k) + c;
            int target = ALIGNED_START + steps * (c - col);
            if (endCol - c >= TILE_COLS) {
                packFullPanel(b.data(), source, b.cols(), steps, target);
            } else {
                int valid = Math.min(width, endCol - c);
                for (int step = 0; step < steps; step++) {
                    copyRun(b.data(), source + step * b.cols(), panels, target + step * width, valid);
                }
            }
            c += width;
        }
    }

    private void packFullPanel(float[] from, int source, int stride, int steps, int target) {
        float[] to = panels;
        for (int step = 0; step < steps; step++) {
            int at = source + step * stride;
            int toAt = target + step * TILE_COLS;
            for (int i = 0; i < TILE_COLS; i += LENGTH) {
                FloatVector.fromArray(SPECIES, from, at + i).intoArray(to, toAt + i);
            }
        }
    }

    /** As {@link #pack}, from b (N, K), a square of it after the other lest lines be touched many times. */
    private void packTransposed(Matrix b, int k, int steps, int col, int endCol) {
        for (int c = col; c < endCol; ) {
            int width = panelWidth(c, endCol);
            int target = ALIGNED_START + steps * (c - col);
            int valid = Math.min(width, endCol - c);
            for (int first = 0; first < steps; first += SQUARE) {
                int end = Math.min(steps, first + SQUARE);
                int i = 0;
                for (; i <= valid - 4; i += 4) {
                    packFourRows(b.data(), b.rowAt(c + i) + k, b.cols(), first, end, target + i, width);
                }
                for (; i < valid; i++) {
                    int source = b.rowAt(c + i) + k;
                    for (int step = first; step < end; step++) {
                        panels[target + step * width + i] = b.data()[source + step];
                    }
                }
            }
            c += width;
        }
    }

    private void packFourRows(float[] from, int row0, int stride, int first, int end, int target, int width) {
        float[] to = panels;
        int row1 = row0 + stride;
        int row2 = row1 + stride;
        int row3 = row2 + stride;
        for (int step = first; step < end; step++) {
            int toAt = target + step * width;
            to[toAt] = from[row0 + step];
            to[toAt + 1] = from[row1 + step];
            to[toAt + 2] = from[row2 + step];
            to[toAt + 3] = from[row3 + step];
        }
    }

    private static void copyRun(float[] from, int fromAt, float[] to, int toAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, from, fromAt + i).intoArray(to, toAt + i);
        }
        for (; i < count; i++) {
            to[toAt + i] = from[fromAt + i];
        }
    }

    /**
     * Adds the rows of the panels of columns col to endCol to their sums; those who have the same panels share them.
     */
    private void sumColumns(Matrix columnSums, int steps, int col, int endCol, int sharer, int sharers) {
        int panel = 0;
        for (int c = col; c < endCol; panel++) {
            int width = panelWidth(c, endCol);
            if (panel % sharers == sharer) {
                int valid = Math.min(width, endCol - c);
                int panelAt = ALIGNED_START + steps * (c - col);
                sumPanel(panelAt, width, steps, valid, columnSums.data(), columnSums.offset() + c);
            }
            c += width;
        }
    }

    private void sumPanel(int panelAt, int width, int steps, int valid, float[] sums, int at) {
        float[] from = panels;
        int i = 0;
        for (; i <= valid - LENGTH; i += LENGTH) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + i);
            for (int step = 0; step < steps; step++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, from, panelAt + step * width + i));
            }
            sum.intoArray(sums, at + i);
        }
        for (; i < valid; i++) {
            float sum = sums[at + i];
            for (int step = 0; step < steps; step++) {
                sum += from[panelAt + step * width + i];
            }
            sums[at + i] = sum;
        }
    }

    /** Says where the next tile starts from and goes to: past the last column of the output, the edge buffer. */
    private void place(Matrix out, int row, int col, int width, int k) {
        boolean first = k == 0;
        job.from = first ? start : out.data();
        job.fromRow = first ? startRow : out.cols();
        int fromCol = first ? startCol : 1;
        job.fromAt = (first ? startAt : out.offset()) + row * job.fromRow + col * fromCol;
        job.to = out.data();
        job.toRow = out.cols();
        job.toAt = out.rowAt(row) + col;
        int valid = Math.min(width, out.cols() - col);
        if (valid < width) {
            // Zeros are as wide as a tile, a bias is one row for all.
            if (fromCol > 0) {
                int rows = job.fromRow == 0 ? 1 : job.rows;
                for (int i = 0; i < rows; i++) {
                    copyRun(job.from, job.fromAt + i * job.fromRow, edge, ALIGNED_START + i * width, valid);
                }
                job.from = edge;
                job.fromAt = ALIGNED_START;
                job.fromRow = job.fromRow == 0 ? 0 : width;
            }
            job.to = edge;
            job.toAt = ALIGNED_START;
            job.toRow = width;
        }
    }

    /** Copies what is valid of a tile from the edge buffer, if it went there. */
    private void leaveEdge(Matrix out, int row, int col, int width) {
        int valid = out.cols() - col;
        if (valid < width) {
            for (int i = 0; i < job.rows; i++) {
                copyRun(edge, ALIGNED_START + i * width, out.data(), out.rowAt(row + i) + col, valid);
            }
        }
    }

    /** 4 rows by 1 vector, for the columns that do not fill a tile; a[r][k] is rowStride · r + step · k on. */
    private void narrowTile(int rowStride, int step) {
        int last = job.rows - 1;
        float[] a = job.a;
        float[] b = panels;
        int panel = job.panelAt;
        float[] from = job.from;
        int f0 = job.fromAt;
        int fromRow = job.fromRow;
        FloatVector c0 = FloatVector.fromArray(SPECIES, from, f0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, from, f0 + Math.min(1, last) * fromRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, from, f0 + Math.min(2, last) * fromRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, from, f0 + Math.min(3, last) * fromRow);
        int a0 = job.aAt;
        int a1 = a0 + rowStride;
        int a2 = a0 + 2 * rowStride;
        int a3 = a0 + 3 * rowStride;
        int depth = job.depth;
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.fromArray(SPECIES, b, panel + k * LENGTH);
            int at = k * step;
            c0 = x.fma(FloatVector.broadcast(SPECIES, a[a0 + at]), c0);
            c1 = x.fma(FloatVector.broadcast(SPECIES, a[a1 + at]), c1);
            c2 = x.fma(FloatVector.broadcast(SPECIES, a[a2 + at]), c2);
            c3 = x.fma(FloatVector.broadcast(SPECIES, a[a3 + at]), c3);
        }
        float[] to = job.to;
        int t0 = job.toAt;
        int toRow = job.toRow;
        c0.intoArray(to, t0);
        c1.intoArray(to, t0 + Math.min(1, last) * toRow);
        c2.intoArray(to, t0 + Math.min(2, last) * toRow);
        c3.intoArray(to, t0 + Math.min(3, last) * toRow);
    }
}
