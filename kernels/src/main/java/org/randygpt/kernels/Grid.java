package org.randygpt.kernels;

/**
 * How the workers of a team divide the tiles of a matrix product: {@code down} parts of the rows by {@code across}
 * parts of the columns.
 *
 * @param tileRows rows of tiles of the output
 * @param tileCols columns of tiles
 * @param down parts of the rows
 * @param across parts of the columns
 */
record Grid(int tileRows, int tileCols, int down, int across) {
    // What the largest part costs for each step along K, in cycles of one multiply-add of a vector each: a tile; the
    // columns of a tile that are packed; the rows of a tile that are read.
    private static final long TILE = 24;
    private static final long PACKED_COLS = 26;
    private static final long READ_ROWS = 2;

    /** The division with the least work for the worker that has most. */
    static Grid of(int tileRows, int tileCols, int workers) {
        Grid best = new Grid(tileRows, tileCols, 1, 1);
        for (int across = 1; across <= Math.min(workers, tileCols); across++) {
            Grid next = new Grid(tileRows, tileCols, Math.min(workers / across, Math.max(1, tileRows)), across);
            best = next.cost() < best.cost() ? next : best;
        }
        return best;
    }

    /** How many parts there are. */
    int size() {
        return down * across;
    }

    /** The rows of a part, 0 to {@link #size} - 1. */
    Share rows(int part) {
        return new Share(part / across, down);
    }

    /** The columns of a part. */
    Share cols(int part) {
        return new Share(part % across, across);
    }

    private long cost() {
        long rows = Math.ceilDiv(tileRows, down);
        long cols = Math.ceilDiv(tileCols, across);
        return rows * cols * TILE + cols * PACKED_COLS + rows * READ_ROWS;
    }
}
