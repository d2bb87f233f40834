package org.randygpt.kernels;

/**
 * The angles by which rotary positions turn queries and keys (Su et al. 2021), in a block of (positions, D): the
 * cosines of the D/2 angles of a position, then their sines. Angle i of position p is p / base^(2i/D).
 */
public final class RotaryTable {
    private RotaryTable() {}

    /** Overwrites the whole table, in double precision, with the same bits on every machine. */
    public static void fill(Matrix table, double base) {
        int half = table.cols() / 2;
        for (int i = 0; i < half; i++) {
            double frequency = StrictMath.pow(base, -2.0 * i / table.cols());
            for (int position = 0; position < table.rows(); position++) {
                int at = table.rowAt(position) + i;
                table.data()[at] = (float) StrictMath.cos(position * frequency);
                table.data()[at + half] = (float) StrictMath.sin(position * frequency);
            }
        }
    }
}
