package org.randygpt.kernels;

import static org.randygpt.kernels.AttentionTiles.STRIDE;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Rows of one head (T, D), copied to where they lie a constant distance apart: in panels of
 * {@link AttentionTiles#STRIDE} columns, one below the other. Columns and rows that fill up the last vector or tile
 * stay zero unless a product writes them.
 */
final class HeadRows {
    final float[] data;
    private final int rows;

    HeadRows(int rows, int size) {
        this.rows = rows;
        data = Lanes.buffer(floats(rows, size));
    }

    /** Floats for so many rows of so many columns. */
    static int floats(int rows, int size) {
        return Math.ceilDiv(size, STRIDE) * rows * STRIDE;
    }

    /** Where an element lies; those after it in its row follow up to the end of the panel. */
    int at(int row, int col) {
        return Matrix.ALIGNED_START + (col / STRIDE * rows + row) * STRIDE + col % STRIDE;
    }

    /** Sets the first rows to {@code count} rows of x, {@code size} columns from (row, col) on, times scale. */
    void copy(Matrix x, int row, int col, int count, int size, float scale) {
        float[] from = x.data();
        int stride = x.cols();
        int fromAt = x.rowAt(row) + col;
        int d = 0;
        for (; d < SPECIES.loopBound(size); d += LENGTH) {
            int to = at(0, d);
            for (int i = 0; i < count; i++) {
                FloatVector.fromArray(SPECIES, from, fromAt + d + i * stride)
                        .mul(scale)
                        .intoArray(data, to + i * STRIDE);
            }
        }
        for (; d < size; d++) {
            int to = at(0, d);
            for (int i = 0; i < count; i++) {
                data[to + i * STRIDE] = from[fromAt + d + i * stride] * scale;
            }
        }
    }

    /** Writes, or adds, the first {@code count} rows times scale to {@code size} columns of out from (row, col) on. */
    void write(float scale, int count, int size, Matrix out, int row, int col, Store store) {
        float[] to = out.data();
        int stride = out.cols();
        int toAt = out.rowAt(row) + col;
        int d = 0;
        for (; d < SPECIES.loopBound(size); d += LENGTH) {
            int from = at(0, d);
            for (int i = 0; i < count; i++) {
                FloatVector x =
                        FloatVector.fromArray(SPECIES, data, from + i * STRIDE).mul(scale);
                Lanes.put(x, to, toAt + d + i * stride, store);
            }
        }
        for (; d < size; d++) {
            int from = at(0, d);
            for (int i = 0; i < count; i++) {
                Lanes.put(data[from + i * STRIDE] * scale, to, toAt + d + i * stride, store);
            }
        }
    }

    /** Multiplies each of the first rows with its scale. */
    void scaleRows(float[] scales, int size) {
        for (int d = 0; d < size; d += LENGTH) {
            int at = at(0, d);
            for (int i = 0; i < scales.length; i++) {
                FloatVector.fromArray(SPECIES, data, at + i * STRIDE)
                        .mul(scales[i])
                        .intoArray(data, at + i * STRIDE);
            }
        }
    }
}
