package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Sums over rows and rows of tables: what biases and embeddings want. */
final class RowSums {
    private final Share share;

    RowSums(Share share) {
        this.share = share;
    }

    /** Each column alone, from the first row to the last; workers share columns, four vectors at a time. */
    void sumRows(Matrix x, Matrix out) {
        int blocks = Lanes.padded(x.cols()) / LENGTH;
        int end = Math.min(x.cols(), share.to(blocks) * LENGTH);
        int col = share.from(blocks) * LENGTH;
        for (; col <= end - 4 * LENGTH; col += 4 * LENGTH) {
            sumFourVectors(x, col, out.data(), out.offset() + col);
        }
        for (; col <= end - LENGTH; col += LENGTH) {
            FloatVector sum = FloatVector.fromArray(SPECIES, out.data(), out.offset() + col);
            for (int row = 0; row < x.rows(); row++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x.data(), x.rowAt(row) + col));
            }
            sum.intoArray(out.data(), out.offset() + col);
        }
        for (; col < end; col++) {
            float sum = out.data()[out.offset() + col];
            for (int row = 0; row < x.rows(); row++) {
                sum += x.get(row, col);
            }
            out.data()[out.offset() + col] = sum;
        }
    }

    private static void sumFourVectors(Matrix x, int col, float[] out, int at) {
        FloatVector sum0 = FloatVector.fromArray(SPECIES, out, at);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, out, at + LENGTH);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, out, at + 2 * LENGTH);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, out, at + 3 * LENGTH);
        for (int row = 0; row < x.rows(); row++) {
            int source = x.rowAt(row) + col;
            sum0 = sum0.add(FloatVector.fromArray(SPECIES, x.data(), source));
            sum1 = sum1.add(FloatVector.fromArray(SPECIES, x.data(), source + LENGTH));
            sum2 = sum2.add(FloatVector.fromArray(SPECIES, x.data(), source + 2 * LENGTH));
            sum3 = sum3.add(FloatVector.fromArray(SPECIES, x.data(), source + 3 * LENGTH));
        }
        sum0.intoArray(out, at);
        sum1.intoArray(out, at + LENGTH);
        sum2.intoArray(out, at + 2 * LENGTH);
        sum3.intoArray(out, at + 3 * LENGTH);
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
            sums.data()[sums.offset() + chunk] = Norms.dot(x.data(), at, x.data(), at, count);
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
