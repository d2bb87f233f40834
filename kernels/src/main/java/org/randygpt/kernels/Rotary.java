package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Turns queries and keys by the angles of their positions; see {@link Kernels} for the formula. */
final class Rotary {
    private final Share share;

    Rotary(Share share) {
        this.share = share;
    }

    /** out = qkv, queries and keys turned forward. */
    void rotate(AttentionShape shape, Matrix qkv, int[] positions, Matrix table, Matrix out) {
        rotate(shape, qkv, positions, table, 1, out, Store.REPLACE);
    }

    /** The gradient of a turn is the turn back. */
    void rotateBackward(AttentionShape shape, int[] positions, Matrix table, Matrix dOut, Matrix dQkv, Store store) {
        rotate(shape, dOut, positions, table, -1, dQkv, store);
    }

    private void rotate(
            AttentionShape shape, Matrix x, int[] positions, Matrix table, float sign, Matrix out, Store store) {
        int size = shape.headSize();
        int turned = shape.width() + shape.keyValueWidth();
        for (int row = share.from(x.rows()); row < share.to(x.rows()); row++) {
            int tableAt = table.rowAt(positions[row]);
            for (int col = 0; col < turned; col += size) {
                rotateHead(
                        x.data(),
                        x.rowAt(row) + col,
                        table.data(),
                        tableAt,
                        sign,
                        size / 2,
                        out.data(),
                        out.rowAt(row) + col,
                        store);
            }
            RowTables.put(
                    x.data(), x.rowAt(row) + turned, shape.keyValueWidth(), out.data(), out.rowAt(row) + turned, store);
        }
    }

    private static void rotateHead(
            float[] x, int xAt, float[] table, int tableAt, float sign, int half, float[] out, int outAt, Store store) {
        int i = 0;
        for (; i < SPECIES.loopBound(half); i += LENGTH) {
            FloatVector cos = FloatVector.fromArray(SPECIES, table, tableAt + i);
            FloatVector sin =
                    FloatVector.fromArray(SPECIES, table, tableAt + half + i).mul(sign);
            FloatVector left = FloatVector.fromArray(SPECIES, x, xAt + i);
            FloatVector right = FloatVector.fromArray(SPECIES, x, xAt + half + i);
            Lanes.put(left.fma(cos, right.mul(sin).neg()), out, outAt + i, store);
            Lanes.put(right.fma(cos, left.mul(sin)), out, outAt + half + i, store);
        }
        for (; i < half; i++) {
            float cos = table[tableAt + i];
            float sin = table[tableAt + half + i] * sign;
            float left = x[xAt + i];
            float right = x[xAt + half + i];
            Lanes.put(Math.fma(left, cos, -(right * sin)), out, outAt + i, store);
            Lanes.put(Math.fma(right, cos, left * sin), out, outAt + half + i, store);
        }
    }
}
