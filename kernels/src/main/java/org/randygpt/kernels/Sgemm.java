package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;
import static org.randygpt.kernels.Matrix.ALIGNED_START;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Single-precision matrix product in register tiles of 6 rows by 4 vectors: 24 accumulators, 4 vectors of b and a
 * broadcast element of a fill the 32 registers of AVX-512.
 *
 * <p>b is packed into panels a tile wide, block by block along K, and every block of rows of a passes by all panels
 * while its rows are in the second-level cache (Goto and van de Geijn 2008). a is read where it lies, or packed too if
 * it is stored transposed. Each element of the output is one chain of fused multiply-adds in the order of K, whatever
 * the tile, the panel or the worker that it falls to.
 */
final class Sgemm {
    private static final int TILE_ROWS = 6;
    private static final int TILE_COLS = 4 * LENGTH;

    /** Columns of b that are packed at a time. */
    private static final int GROUP_COLS = 8 * TILE_COLS;

    /** Steps along K that are packed at a time; fewer where a is packed too, since those come in strides. */
    private static final int BLOCK_DEPTH = 512;

    private static final int PACKED_DEPTH = 256;

    /** Rows of a that pass by all panels together. */
    private static final int BLOCK_ROWS = 16 * TILE_ROWS;

    /** Floats for each step of a packed tile of a: its 6 rows and 2 that are not used. */
    private static final int PACKED_ROWS = 8;

    /** From one packed tile to the next: a line more than the tile, lest all of them fall into the same cache sets. */
    private static final int PACKED_TILE = PACKED_DEPTH * PACKED_ROWS + 16;

    private static final float[] ZEROS = new float[TILE_COLS];

    private static final Matrix NO_SUMS = Matrix.zeros(0, 0);

    private final Share share;
    private final float[] panels = Lanes.buffer(BLOCK_DEPTH * GROUP_COLS);
    private final float[] packedLeft = Lanes.buffer(BLOCK_ROWS / TILE_ROWS * PACKED_TILE + LENGTH);
    private final float[] edge = Lanes.buffer(TILE_ROWS * TILE_COLS);
    private final float[] sums = Lanes.buffer(GROUP_COLS);
    private final int[] rowStarts = new int[LENGTH];

    // Row r, step k of a tile of the left side is a[aFrom + r * aRow + k * aStep], where it lies or packed.
    private float[] a = ZEROS;
    private int aRow;
    private int aStep;

    // Element (i, j) of what the accumulators start from is start[startAt + i * startRow + j * startCol]: zeros, a bias
    // or the output itself.
    private float[] start = ZEROS;
    private int startAt;
    private int startRow;
    private int startCol;

    // The tile at hand: its panel, what its accumulators start from, and where they go.
    private int panelAt;
    private float[] from = ZEROS;
    private int fromAt;
    private int fromRow;
    private float[] to = ZEROS;
    private int toAt;
    private int toRow;

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

    /** out (M, N) += aᵀ · b, a (K, M), b (K, N); columnSums (1, N) += the sum of the rows of b, met while packing. */
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
        a = plain ? left.data() : packedLeft;
        aRow = plain ? left.cols() : 1;
        aStep = plain ? 1 : PACKED_ROWS;

        // Workers share rows where there are many, for then each reads its part of a only; else they share panels, so
        // that each packs its part of b only.
        int tiles = Math.ceilDiv(out.rows(), TILE_ROWS);
        int tileCols = Math.ceilDiv(out.cols(), TILE_COLS);
        boolean shareRows = out.rows() >= out.cols() || tileCols < share.count();
        int firstRow = shareRows ? share.from(tiles) * TILE_ROWS : 0;
        int endRow = shareRows ? Math.min(out.rows(), share.to(tiles) * TILE_ROWS) : out.rows();
        int firstCol = shareRows ? 0 : share.from(tileCols) * TILE_COLS;
        int endCol = shareRows ? out.cols() : Math.min(out.cols(), share.to(tileCols) * TILE_COLS);
        boolean wantsSums = columnSums.size() > 0 && (!shareRows || share.index() == share.count() - 1);
        for (int col = firstCol; col < endCol; col += GROUP_COLS) {
            int groupEnd = Math.min(endCol, col + GROUP_COLS);
            Arrays.fill(sums, 0);
            for (int k = 0; k < depth; k += plain ? BLOCK_DEPTH : PACKED_DEPTH) {
                int steps = Math.min(plain ? BLOCK_DEPTH : PACKED_DEPTH, depth - k);
                if (rightSide == Side.PLAIN) {
                    pack(right, k, steps, col, groupEnd);
                } else {
                    packTransposed(right, k, steps, col, groupEnd);
                }
                if (wantsSums) {
                    sumColumns(right, k, steps, col, groupEnd);
                }
                for (int row = firstRow; row < endRow; row += BLOCK_ROWS) {
                    int blockEnd = Math.min(endRow, row + BLOCK_ROWS);
                    if (!plain) {
                        packLeft(left, k, steps, row, blockEnd);
                    }
                    block(left, out, row, blockEnd, col, groupEnd, k, steps);
                }
            }
            if (wantsSums) {
                for (int i = col; i < groupEnd; i++) {
                    columnSums.data()[columnSums.offset() + i] += sums[ALIGNED_START + i - col];
                }
            }
        }
    }

    /** All tiles of a block of rows over all panels of a group of columns. */
    private void block(Matrix left, Matrix out, int row, int endRow, int col, int endCol, int k, int steps) {
        boolean plain = aStep == 1;
        for (int c = col; c < endCol; ) {
            int width = panelWidth(c, endCol);
            panelAt = ALIGNED_START + steps * (c - col);
            for (int i = row; i < endRow; i += TILE_ROWS) {
                int aFrom = plain ? left.offset() + i * aRow + k : ALIGNED_START + (i - row) / TILE_ROWS * PACKED_TILE;
                place(out, i, Math.min(TILE_ROWS, endRow - i), c, width, k, steps, aFrom);
            }
            c += width;
        }
    }

    /** What is left of a row after full tiles goes by single vectors, unless it nearly fills a tile. */
    private static int panelWidth(int col, int endCol) {
        return endCol - col > TILE_COLS - LENGTH ? TILE_COLS : LENGTH;
    }

    /**
     * Copies rows k to k + steps of a (K, M), columns row to endRow, to tiles. A tile with fewer rows repeats its last
     * one, as {@link #tile} does.
     */
    private void packLeft(Matrix left, int k, int steps, int row, int endRow) {
        float[] data = left.data();
        int fullEnd = row + (endRow - row) / TILE_ROWS * TILE_ROWS;
        for (int step = 0; step < steps; step++) {
            int source = left.rowAt(k + step);
            int target = ALIGNED_START + step * PACKED_ROWS;
            int i = row;
            // Whole vectors: what a store writes past its step, the next step's store overwrites.
            for (; i < fullEnd && source + i + PACKED_ROWS + LENGTH <= data.length; i += TILE_ROWS) {
                for (int r = 0; r < TILE_ROWS; r += LENGTH) {
                    FloatVector.fromArray(SPECIES, data, source + i + r).intoArray(packedLeft, target + r);
                }
                target += PACKED_TILE;
            }
            for (; i < endRow; i += TILE_ROWS) {
                int last = Math.min(TILE_ROWS, endRow - i) - 1;
                for (int r = 0; r < TILE_ROWS; r++) {
                    packedLeft[target + r] = data[source + i + Math.min(r, last)];
                }
                target += PACKED_TILE;
            }
        }
    }

    /** Copies rows k to k + steps of b (K, N), columns col to endCol, to panels. */
    private void pack(Matrix b, int k, int steps, int col, int endCol) {
        float[] data = b.data();
        for (int step = 0; step < steps; step++) {
            int source = b.rowAt(k + step);
            for (int c = col; c < endCol; ) {
                int width = panelWidth(c, endCol);
                int target = ALIGNED_START + steps * (c - col) + step * width;
                int i = 0;
                for (; i < width && c + i + LENGTH <= endCol; i += LENGTH) {
                    FloatVector.fromArray(SPECIES, data, source + c + i).intoArray(panels, target + i);
                }
                for (; c + i < endCol && i < width; i++) {
                    panels[target + i] = data[source + c + i];
                }
                c += width;
            }
        }
    }

    /** As {@link #pack}, from b (N, K): gathers a vector of its rows for each step. */
    private void packTransposed(Matrix b, int k, int steps, int col, int endCol) {
        float[] data = b.data();
        for (int c = col; c < endCol; ) {
            int width = panelWidth(c, endCol);
            int target = ALIGNED_START + steps * (c - col);
            for (int i = 0; i < width; i += LENGTH) {
                // Past the last row the last one again: those columns are thrown away.
                for (int lane = 0; lane < LENGTH; lane++) {
                    rowStarts[lane] = Math.min(c + i + lane, endCol - 1) * b.cols();
                }
                int source = b.offset() + k;
                for (int step = 0; step < steps; step++) {
                    FloatVector.fromArray(SPECIES, data, source + step, rowStarts, 0)
                            .intoArray(panels, target + step * width + i);
                }
            }
            c += width;
        }
    }

    /** Adds rows k to k + steps of b, columns col to endCol, to the sums of the group. */
    private void sumColumns(Matrix b, int k, int steps, int col, int endCol) {
        float[] data = b.data();
        for (int step = 0; step < steps; step++) {
            int source = b.rowAt(k + step) + col;
            int i = 0;
            for (; i <= endCol - col - LENGTH; i += LENGTH) {
                FloatVector.fromArray(SPECIES, sums, ALIGNED_START + i)
                        .add(FloatVector.fromArray(SPECIES, data, source + i))
                        .intoArray(sums, ALIGNED_START + i);
            }
            for (; i < endCol - col; i++) {
                sums[ALIGNED_START + i] += data[source + i];
            }
        }
    }

    /** Computes one tile over one panel; past the last column of the output it goes by way of the edge buffer. */
    private void place(Matrix out, int row, int rows, int col, int width, int k, int steps, int aFrom) {
        boolean first = k == 0;
        from = first ? start : out.data();
        fromRow = first ? startRow : out.cols();
        int fromCol = first ? startCol : 1;
        fromAt = (first ? startAt : out.offset()) + row * fromRow + col * fromCol;
        to = out.data();
        toRow = out.cols();
        toAt = out.rowAt(row) + col;
        int valid = Math.min(width, out.cols() - col);
        if (valid < width) {
            enterEdge(rows, valid, width, fromCol);
        }
        if (width < TILE_COLS) {
            narrowTile(aFrom, rows, steps);
        } else if (aStep == 1) {
            tile(aFrom, rows, steps);
        } else {
            packedTile(aFrom, rows, steps);
        }
        if (valid < width) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(edge, ALIGNED_START + i * width, out.data(), out.rowAt(row + i) + col, valid);
            }
        }
    }

    /** Moves the tile at hand to the edge buffer, with what its accumulators start from. */
    private void enterEdge(int rows, int valid, int width, int fromCol) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < valid; j++) {
                edge[ALIGNED_START + i * width + j] = from[fromAt + i * fromRow + j * fromCol];
            }
        }
        from = edge;
        fromAt = ALIGNED_START;
        fromRow = width;
        to = edge;
        toAt = ALIGNED_START;
        toRow = width;
    }

    /**
     * 6 rows by 4 vectors, a read where it lies. With fewer rows the last one is computed several times over, which
     * writes the same numbers to the same place: one body serves all.
     */
    private void tile(int aFrom, int rows, int depth) {
        int last = rows - 1;
        float[] a = this.a;
        float[] b = panels;
        int panel = panelAt;
        float[] from = this.from;
        int f0 = fromAt;
        int f1 = fromAt + Math.min(1, last) * fromRow;
        int f2 = fromAt + Math.min(2, last) * fromRow;
        int f3 = fromAt + Math.min(3, last) * fromRow;
        int f4 = fromAt + Math.min(4, last) * fromRow;
        int f5 = fromAt + Math.min(5, last) * fromRow;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, f0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, f0 + LENGTH);
        FloatVector c02 = FloatVector.fromArray(SPECIES, from, f0 + 2 * LENGTH);
        FloatVector c03 = FloatVector.fromArray(SPECIES, from, f0 + 3 * LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, f1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, f1 + LENGTH);
        FloatVector c12 = FloatVector.fromArray(SPECIES, from, f1 + 2 * LENGTH);
        FloatVector c13 = FloatVector.fromArray(SPECIES, from, f1 + 3 * LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, f2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, f2 + LENGTH);
        FloatVector c22 = FloatVector.fromArray(SPECIES, from, f2 + 2 * LENGTH);
        FloatVector c23 = FloatVector.fromArray(SPECIES, from, f2 + 3 * LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, f3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, f3 + LENGTH);
        FloatVector c32 = FloatVector.fromArray(SPECIES, from, f3 + 2 * LENGTH);
        FloatVector c33 = FloatVector.fromArray(SPECIES, from, f3 + 3 * LENGTH);
        FloatVector c40 = FloatVector.fromArray(SPECIES, from, f4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, from, f4 + LENGTH);
        FloatVector c42 = FloatVector.fromArray(SPECIES, from, f4 + 2 * LENGTH);
        FloatVector c43 = FloatVector.fromArray(SPECIES, from, f4 + 3 * LENGTH);
        FloatVector c50 = FloatVector.fromArray(SPECIES, from, f5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, from, f5 + LENGTH);
        FloatVector c52 = FloatVector.fromArray(SPECIES, from, f5 + 2 * LENGTH);
        FloatVector c53 = FloatVector.fromArray(SPECIES, from, f5 + 3 * LENGTH);
        int a0 = aFrom;
        int a1 = aFrom + Math.min(1, last) * aRow;
        int a2 = aFrom + Math.min(2, last) * aRow;
        int a3 = aFrom + Math.min(3, last) * aRow;
        int a4 = aFrom + Math.min(4, last) * aRow;
        int a5 = aFrom + Math.min(5, last) * aRow;
        for (int k = 0; k < depth; k++) {
            int at = panel + k * TILE_COLS;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LENGTH);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LENGTH);
            FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
        }
        float[] to = this.to;
        int t0 = toAt;
        int t1 = toAt + Math.min(1, last) * toRow;
        int t2 = toAt + Math.min(2, last) * toRow;
        int t3 = toAt + Math.min(3, last) * toRow;
        int t4 = toAt + Math.min(4, last) * toRow;
        int t5 = toAt + Math.min(5, last) * toRow;
        c00.intoArray(to, t0);
        c01.intoArray(to, t0 + LENGTH);
        c02.intoArray(to, t0 + 2 * LENGTH);
        c03.intoArray(to, t0 + 3 * LENGTH);
        c10.intoArray(to, t1);
        c11.intoArray(to, t1 + LENGTH);
        c12.intoArray(to, t1 + 2 * LENGTH);
        c13.intoArray(to, t1 + 3 * LENGTH);
        c20.intoArray(to, t2);
        c21.intoArray(to, t2 + LENGTH);
        c22.intoArray(to, t2 + 2 * LENGTH);
        c23.intoArray(to, t2 + 3 * LENGTH);
        c30.intoArray(to, t3);
        c31.intoArray(to, t3 + LENGTH);
        c32.intoArray(to, t3 + 2 * LENGTH);
        c33.intoArray(to, t3 + 3 * LENGTH);
        c40.intoArray(to, t4);
        c41.intoArray(to, t4 + LENGTH);
        c42.intoArray(to, t4 + 2 * LENGTH);
        c43.intoArray(to, t4 + 3 * LENGTH);
        c50.intoArray(to, t5);
        c51.intoArray(to, t5 + LENGTH);
        c52.intoArray(to, t5 + 2 * LENGTH);
        c53.intoArray(to, t5 + 3 * LENGTH);
    }

    /** As {@link #tile}, a packed: the steps are a constant, so that the compiler checks the bounds once. */
    private void packedTile(int aFrom, int rows, int depth) {
        int last = rows - 1;
        float[] a = this.a;
        float[] b = panels;
        int panel = panelAt;
        float[] from = this.from;
        int f0 = fromAt;
        int f1 = fromAt + Math.min(1, last) * fromRow;
        int f2 = fromAt + Math.min(2, last) * fromRow;
        int f3 = fromAt + Math.min(3, last) * fromRow;
        int f4 = fromAt + Math.min(4, last) * fromRow;
        int f5 = fromAt + Math.min(5, last) * fromRow;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, f0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, f0 + LENGTH);
        FloatVector c02 = FloatVector.fromArray(SPECIES, from, f0 + 2 * LENGTH);
        FloatVector c03 = FloatVector.fromArray(SPECIES, from, f0 + 3 * LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, f1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, f1 + LENGTH);
        FloatVector c12 = FloatVector.fromArray(SPECIES, from, f1 + 2 * LENGTH);
        FloatVector c13 = FloatVector.fromArray(SPECIES, from, f1 + 3 * LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, f2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, f2 + LENGTH);
        FloatVector c22 = FloatVector.fromArray(SPECIES, from, f2 + 2 * LENGTH);
        FloatVector c23 = FloatVector.fromArray(SPECIES, from, f2 + 3 * LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, f3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, f3 + LENGTH);
        FloatVector c32 = FloatVector.fromArray(SPECIES, from, f3 + 2 * LENGTH);
        FloatVector c33 = FloatVector.fromArray(SPECIES, from, f3 + 3 * LENGTH);
        FloatVector c40 = FloatVector.fromArray(SPECIES, from, f4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, from, f4 + LENGTH);
        FloatVector c42 = FloatVector.fromArray(SPECIES, from, f4 + 2 * LENGTH);
        FloatVector c43 = FloatVector.fromArray(SPECIES, from, f4 + 3 * LENGTH);
        FloatVector c50 = FloatVector.fromArray(SPECIES, from, f5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, from, f5 + LENGTH);
        FloatVector c52 = FloatVector.fromArray(SPECIES, from, f5 + 2 * LENGTH);
        FloatVector c53 = FloatVector.fromArray(SPECIES, from, f5 + 3 * LENGTH);
        for (int k = 0; k < depth; k++) {
            int at = panel + k * TILE_COLS;
            int i = aFrom + k * PACKED_ROWS;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LENGTH);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LENGTH);
            FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
        }
        float[] to = this.to;
        int t0 = toAt;
        int t1 = toAt + Math.min(1, last) * toRow;
        int t2 = toAt + Math.min(2, last) * toRow;
        int t3 = toAt + Math.min(3, last) * toRow;
        int t4 = toAt + Math.min(4, last) * toRow;
        int t5 = toAt + Math.min(5, last) * toRow;
        c00.intoArray(to, t0);
        c01.intoArray(to, t0 + LENGTH);
        c02.intoArray(to, t0 + 2 * LENGTH);
        c03.intoArray(to, t0 + 3 * LENGTH);
        c10.intoArray(to, t1);
        c11.intoArray(to, t1 + LENGTH);
        c12.intoArray(to, t1 + 2 * LENGTH);
        c13.intoArray(to, t1 + 3 * LENGTH);
        c20.intoArray(to, t2);
        c21.intoArray(to, t2 + LENGTH);
        c22.intoArray(to, t2 + 2 * LENGTH);
        c23.intoArray(to, t2 + 3 * LENGTH);
        c30.intoArray(to, t3);
        c31.intoArray(to, t3 + LENGTH);
        c32.intoArray(to, t3 + 2 * LENGTH);
        c33.intoArray(to, t3 + 3 * LENGTH);
        c40.intoArray(to, t4);
        c41.intoArray(to, t4 + LENGTH);
        c42.intoArray(to, t4 + 2 * LENGTH);
        c43.intoArray(to, t4 + 3 * LENGTH);
        c50.intoArray(to, t5);
        c51.intoArray(to, t5 + LENGTH);
        c52.intoArray(to, t5 + 2 * LENGTH);
        c53.intoArray(to, t5 + 3 * LENGTH);
    }

    /** 6 rows by 1 vector, for the columns that do not fill a tile. */
    private void narrowTile(int aFrom, int rows, int depth) {
        int last = rows - 1;
        float[] a = this.a;
        float[] b = panels;
        int panel = panelAt;
        int aStep = this.aStep;
        FloatVector c0 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, from, fromAt + Math.min(1, last) * fromRow);
        FloatVector c2 = FloatVector.fromArray(SPECIES, from, fromAt + Math.min(2, last) * fromRow);
        FloatVector c3 = FloatVector.fromArray(SPECIES, from, fromAt + Math.min(3, last) * fromRow);
        FloatVector c4 = FloatVector.fromArray(SPECIES, from, fromAt + Math.min(4, last) * fromRow);
        FloatVector c5 = FloatVector.fromArray(SPECIES, from, fromAt + Math.min(5, last) * fromRow);
        int a0 = aFrom;
        int a1 = aFrom + Math.min(1, last) * aRow;
        int a2 = aFrom + Math.min(2, last) * aRow;
        int a3 = aFrom + Math.min(3, last) * aRow;
        int a4 = aFrom + Math.min(4, last) * aRow;
        int a5 = aFrom + Math.min(5, last) * aRow;
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.fromArray(SPECIES, b, panel + k * LENGTH);
            int step = k * aStep;
            c0 = x.fma(FloatVector.broadcast(SPECIES, a[a0 + step]), c0);
            c1 = x.fma(FloatVector.broadcast(SPECIES, a[a1 + step]), c1);
            c2 = x.fma(FloatVector.broadcast(SPECIES, a[a2 + step]), c2);
            c3 = x.fma(FloatVector.broadcast(SPECIES, a[a3 + step]), c3);
            c4 = x.fma(FloatVector.broadcast(SPECIES, a[a4 + step]), c4);
            c5 = x.fma(FloatVector.broadcast(SPECIES, a[a5 + step]), c5);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + Math.min(1, last) * toRow);
        c2.intoArray(to, toAt + Math.min(2, last) * toRow);
        c3.intoArray(to, toAt + Math.min(3, last) * toRow);
        c4.intoArray(to, toAt + Math.min(4, last) * toRow);
        c5.intoArray(to, toAt + Math.min(5, last) * toRow);
    }
}
