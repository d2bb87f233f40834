package org.randygpt.kernels;

/**
 * A block of the output of a matrix product whose sums stay in registers: some rows by some vectors. One implementation
 * for each number of vector registers, chosen once.
 *
 * <p>With fewer rows than it has, the last one is computed several times over, which writes the same numbers to the
 * same place: one body serves all.
 */
sealed interface Tile permits Tile16, Tile32 {
    /** The tile of this machine. */
    Tile NATIVE = Lanes.REGISTERS >= 32 ? new Tile32() : new Tile16();

    /** Rows of the tile. */
    int rows();

    /** Columns of the tile. */
    int cols();

    /** Adds the products of rows of a that lie {@link TileJob#ROW_STRIDE} apart, one element after the other. */
    void multiplyRows(TileJob job);

    /** Adds the products of rows of a of which each step holds one element beside the other: a as aᵀ is stored. */
    void multiplyColumns(TileJob job);
}
