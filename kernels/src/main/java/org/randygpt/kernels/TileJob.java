package org.randygpt.kernels;

/**
 * What a {@link Tile} reads: to[r][c] = from[r][c] + Σ a[r][k] · panel[k][c]. Set anew for each tile, as fields since
 * arguments of such a number would go by the stack.
 */
final class TileJob {
    /**
     * Elements from one row of a to the next in {@link Tile#multiplyRows}. It is a constant lest every row takes a
     * register for its address: registers for addresses are fewer than rows, and moving them to and fro costs 8 % of
     * the product.
     */
    static final int ROW_STRIDE = Sgemm.DEPTH + 16;

    /** Elements of {@link #ahead} from one step to the next. */
    static final int AHEAD_STEP = 2;

    /** Row 0, step 0 of a. */
    float[] a = {};

    int aAt;

    /** Elements from one step of a to the next in {@link Tile#multiplyColumns}. */
    int aStep;

    /** Step 0 of a panel of b: a row of the tile for each step. */
    float[] panel = {};

    int panelAt;

    /** Number of steps. */
    int depth;

    /** Number of rows that are wanted, 1 to {@link Tile#rows}. */
    int rows;

    /** What the accumulators start from. */
    float[] from = {};

    int fromAt;
    int fromRow;

    /** Where they go. */
    float[] to = {};

    int toAt;
    int toRow;

    /**
     * What {@link Tile#multiplyRows} reads a little of at each step, so that it is in the cache when its turn comes.
     */
    float[] ahead = {};

    int aheadAt;

    /** The sum of what was read ahead: nobody wants it, but the reads would be dropped without it. */
    float touched;
}
