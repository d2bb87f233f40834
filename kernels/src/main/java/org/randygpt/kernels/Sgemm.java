package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;
import static org.randygpt.kernels.Matrix.ALIGNED_START;

import jdk.incubator.vector.FloatVector;

/**
 * Single-precision matrix product in register tiles of 6 rows by 4 vectors: 24 accumulators, 4 vectors of b and a
 * broadcast element of a fill the 32 registers of AVX-512.
 *
 * <p>b is packed into panels that stay in the first-level cache while all rows of a pass by; a is read where it lies,
 * in either orientation. Each element of the output is one chain of fused multiply-adds in the order of K, whatever the
 * tile, the panel or the worker that it falls to.
 */
final class Sgemm {
    private static final int TILE_ROWS = 6;
    private static final int TILE_COLS = 4 * LENGTH;

    /** Rows of a packed panel at most: 128 KB at 64 columns, which the second-level cache streams fast enough. */
    private static final int PANEL_ROWS = 512;

    /** A transposed left side is packed in blocks of so many steps along K, tile after tile. */
    private static final int PACKED_DEPTH = 256;

    private static final int PACKED_TILES = 48;

    /** Floats for each step of a packed tile: its 6 rows and 2 that are not used. */
    private static final int PACKED_ROWS = 8;

    private static final float[] ZEROS = new float[TILE_COLS];

    private final Share share;
    private final float[] panel = Lanes.buffer(PANEL_ROWS * TILE_COLS);
    private final float[] packedLeft = Lanes.buffer(PACKED_TILES * PACKED_DEPTH * PACKED_ROWS + LENGTH);
    private final float[] edge = Lanes.buffer(TILE_ROWS * TILE_COLS);

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

    // The tile at hand: what its accumulators start from, and where they go.
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
        if (store == Store.ADD) {
            startFrom(out.data(), out.offset(), out.cols(), 1);
        } else {
            startFrom(ZEROS, 0, 0, 0);
        }
        run(left, leftSide, right, rightSide, out);
    }

    /** out (M, N) = a (M, K) · b (K, N) + bias (1, N). */
    void multiply(Matrix left, Matrix right, Matrix bias, Matrix out) {
        startFrom(bias.data(), bias.offset(), 0, 1);
        run(left, Side.PLAIN, right, Side.PLAIN, out);
    }

    private void startFrom(float[] values, int at, int row, int col) {
        start = values;
        startAt = at;
        startRow = row;
        startCol = col;
    }

    private void run(Matrix left, Side leftSide, Matrix right, Side rightSide, Matrix out) {
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
        int tiles = (out.rows() + TILE_ROWS - 1) / TILE_ROWS;
        int panels = (out.cols() + TILE_COLS - 1) / TILE_COLS;
        boolean shareRows = out.rows() >= out.cols() || panels < share.count();
        int firstRow = shareRows ? share.from(tiles) * TILE_ROWS : 0;
        int endRow = shareRows ? Math.min(out.rows(), share.to(tiles) * TILE_ROWS) : out.rows();
        int firstCol = shareRows ? 0 : share.from(panels) * TILE_COLS;
        int endCol = shareRows ? out.cols() : Math.min(out.cols(), share.to(panels) * TILE_COLS);
        int blockRows = plain ? Math.max(1, endRow - firstRow) : PACKED_TILES * TILE_ROWS;
        int blockDepth = plain ? PANEL_ROWS : PACKED_DEPTH;
        for (int row = firstRow; row < endRow; row += blockRows) {
            int blockEnd = Math.min(endRow, row + blockRows);
            for (int k = 0; k < depth; k += blockDepth) {
                int panelRows = Math.min(blockDepth, depth - k);
                if (!plain) {
                    packLeft(left, k, panelRows, row, blockEnd);
                }
                for (int col = firstCol; col < endCol; ) {
                    // What is left of a row after full tiles goes by single vectors, unless it nearly fills a tile.
                    int width = endCol - col > TILE_COLS - LENGTH ? TILE_COLS : LENGTH;
                    packRight(right, rightSide, k, panelRows, col, width);
                    for (int i = row; i < blockEnd; i += TILE_ROWS) {
                        int aFrom = plain
                                ? left.offset() + i * aRow + k
                                : ALIGNED_START + (i - row) / TILE_ROWS * PACKED_DEPTH * PACKED_ROWS;
                        place(out, i, Math.min(TILE_ROWS, blockEnd - i), col, width, k, panelRows, aFrom);
                    }
                    col += width;
                }
            }
        }
    }

    /**
     * Copies rows k to k + panelRows of a (K, M), columns row to endRow, tile after tile. A tile with fewer rows
     * repeats its last one, as {@link #tile} does.
     */
    private void packLeft(Matrix left, int k, int panelRows, int row, int endRow) {
        float[] data = left.data();
        for (int i = row, tile = ALIGNED_START; i < endRow; i += TILE_ROWS, tile += PACKED_DEPTH * PACKED_ROWS) {
            int source = left.rowAt(k) + i;
            int lastSource = source + (panelRows - 1) * left.cols();
            if (endRow - i >= TILE_ROWS && lastSource + PACKED_ROWS + LENGTH <= data.length) {
                copyTile(data, source, left.cols(), tile, panelRows);
            } else {
                int last = Math.min(TILE_ROWS, endRow - i) - 1;
                for (int step = 0; step < panelRows; step++) {
                    for (int r = 0; r < TILE_ROWS; r++) {
                        packedLeft[tile + step * PACKED_ROWS + r] =
                                data[source + step * left.cols() + Math.min(r, last)];
                    }
                }
            }
        }
    }

    /** Copies whole vectors: what a store writes past its step, the next step's store overwrites. */
    private void copyTile(float[] data, int source, int cols, int tile, int panelRows) {
        for (int step = 0; step < panelRows; step++) {
            for (int r = 0; r < TILE_ROWS; r += LENGTH) {
                FloatVector.fromArray(SPECIES, data, source + step * cols + r)
                        .intoArray(packedLeft, tile + step * PACKED_ROWS + r);
            }
        }
    }

    /** Packs rows k to k + panelRows of b, columns col to col + width, with zeros past its last column. */
    private void packRight(Matrix b, Side side, int k, int panelRows, int col, int width) {
        if (side == Side.PLAIN) {
            pack(b, k, panelRows, col, width);
        } else {
            packTransposed(b, k, panelRows, col, width);
        }
    }

    /** Copies columns col to col + width of rows k to k + panelRows of b (K, N) to the panel, zeros past the last. */
    private void pack(Matrix b, int k, int panelRows, int col, int width) {
        int valid = Math.min(width, b.cols() - col);
        for (int i = 0; i < panelRows; i++) {
            int target = ALIGNED_START + i * width;
            System.arraycopy(b.data(), b.rowAt(k + i) + col, panel, target, valid);
            for (int j = valid; j < width; j++) {
                panel[target + j] = 0;
            }
        }
    }

    /** As {@link #pack}, from b (N, K). */
    private void packTransposed(Matrix b, int k, int panelRows, int col, int width) {
        int valid = Math.min(width, b.rows() - col);
        float[] data = b.data();
        for (int j = 0; j < valid; j++) {
            int source = b.rowAt(col + j) + k;
            for (int i = 0; i < panelRows; i++) {
                panel[ALIGNED_START + i * width + j] = data[source + i];
            }
        }
        for (int j = valid; j < width; j++) {
            for (int i = 0; i < panelRows; i++) {
                panel[ALIGNED_START + i * width + j] = 0;
            }
        }
    }

    /** Computes one tile over one panel; past the last column of the output it goes by way of the edge buffer. */
    private void place(Matrix out, int row, int rows, int col, int width, int k, int panelRows, int aFrom) {
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
            narrowTile(aFrom, rows, panelRows);
        } else if (aStep == 1) {
            tile(aFrom, rows, panelRows);
        } else {
            packedTile(aFrom, rows, panelRows);
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
        float[] b = panel;
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
            int at = ALIGNED_START + k * TILE_COLS;
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
        float[] b = panel;
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
            int at = ALIGNED_START + k * TILE_COLS;
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
        float[] b = panel;
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
            FloatVector x = FloatVector.fromArray(SPECIES, b, ALIGNED_START + k * LENGTH);
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
