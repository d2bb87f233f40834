package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Rows of tables, which embeddings look up, and sums of squares. */
final class RowTables {
    private final Share share;
    private final RowSums squares = new RowSums();

    RowTables(Share share) {
        this.share = share;
    }

    void gather(int[] rows, Matrix table, Matrix out, Store store) {
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            int source = table.rowAt(rows[row]);
            if (store == Store.ADD) {
                addRun(table.data(), source, out.data(), out.rowAt(row), out.cols());
            } else {
                System.arraycopy(table.data(), source, out.data(), out.rowAt(row), out.cols());
            }
        }
    }

    /** Workers share columns, for any two rows may meet in the same row of the table. */
    void scatter(int[] rows, Matrix dOut, Matrix dTable) {
        int from = share.from(dOut.cols());
        int count = share.to(dOut.cols()) - from;
        for (int row = 0; row < dOut.rows(); row++) {
            addRun(dOut.data(), dOut.rowAt(row) + from, dTable.data(), dTable.rowAt(rows[row]) + from, count);
        }
    }

    /** sums[i] = the sum of squares of the i-th run of {@link Kernels#SQUARES_CHUNK} elements. */
    void sumSquares(Matrix x, Matrix sums) {
        for (int chunk = share.from(sums.size()); chunk < share.to(sums.size()); chunk++) {
            int from = chunk * Kernels.SQUARES_CHUNK;
            int count = Math.min(Kernels.SQUARES_CHUNK, x.size() - from);
            int at = x.offset() + from;
            sums.data()[sums.offset() + chunk] = squares.ofSquaresAhead(x.data(), at, count);
        }
    }

    /** out = or += x, {@code count} elements of each. */
    static void put(float[] x, int xAt, int count, float[] out, int outAt, Store store) {
        if (store == Store.ADD) {
            addRun(x, xAt, out, outAt, count);
        } else {
            System.arraycopy(x, xAt, out, outAt, count);
        }
    }

    private static void addRun(float[] x, int xAt, float[] out, int outAt, int count) {
        int i = 0;
        for (; i < SPECIES.loopBound(count); i += LENGTH) {
            FloatVector.fromArray(SPECIES, out, outAt + i)
                    .add(FloatVector.fromArray(SPECIES, x, xAt + i))
                    .intoArray(out, outAt + i);
        }
        for (; i < count; i++) {
            out[outAt + i] += x[xAt + i];
        }
    }
}
