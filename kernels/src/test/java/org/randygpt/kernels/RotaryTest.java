package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotary positions of the vector kernels against those of the reference, and their laws. */
class RotaryTest {
    private final Kernels reference = new ReferenceKernels(Share.ALL);

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorRotationsAgreeWithTheReferenceForEveryHeadSize(int half) {
        for (int keyValueHeads : new int[] {1, 3}) {
            AttentionShape shape = new AttentionShape(2, 3, 3, keyValueHeads, 2 * half);
            KernelCalls.rotate(new Blocks(half), shape).assertVectorAgrees();
            for (Store store : Store.values()) {
                KernelCalls.rotateBackward(new Blocks(half), shape, store).assertVectorAgrees();
            }
        }
    }

    @Test
    void theFirstHalfOfAHeadIsTurnedWithTheSecondByTheAnglesOfThePosition() {
        AttentionShape shape = new AttentionShape(1, 3, 1, 4);
        Matrix table = Matrix.zeros(6, 4);
        RotaryTable.fill(table, 100);
        Matrix qkv = new Blocks(1).uniform(3, 12);
        Matrix out = Matrix.zeros(3, 12);
        int[] positions = {5, 0, 2};
        reference.rotate(shape, qkv, positions, table, out);
        for (int row = 0; row < 3; row++) {
            for (int part = 0; part < 8; part += 4) {
                for (int i = 0; i < 2; i++) {
                    double angle = positions[row] * Math.pow(100, -i / 2.0);
                    double a = qkv.get(row, part + i);
                    double b = qkv.get(row, part + 2 + i);
                    assertEquals(a * Math.cos(angle) - b * Math.sin(angle), out.get(row, part + i), 1e-6);
                    assertEquals(b * Math.cos(angle) + a * Math.sin(angle), out.get(row, part + 2 + i), 1e-6);
                }
            }
            for (int col = 8; col < 12; col++) {
                assertEquals(qkv.get(row, col), out.get(row, col));
            }
        }
    }

    @Test
    void scoresOfTurnedQueriesAndKeysDependOnTheirDistanceAlone() {
        AttentionShape shape = new AttentionShape(1, 2, 1, 8);
        Matrix table = Matrix.zeros(60, 8);
        RotaryTable.fill(table, 10_000);
        Matrix qkv = new Blocks(2).uniform(2, 24);
        double expected = score(shape, qkv, table, 0, 7);
        for (int shift = 1; shift < 50; shift++) {
            assertEquals(expected, score(shape, qkv, table, shift, shift + 7), 1e-5);
        }
    }

    /** The product of the key of the first row, at one position, and the query of the second, at another. */
    private double score(AttentionShape shape, Matrix qkv, Matrix table, int key, int query) {
        Matrix out = Matrix.zeros(2, 24);
        reference.rotate(shape, qkv, new int[] {key, query}, table, out);
        double sum = 0;
        for (int d = 0; d < 8; d++) {
            sum += (double) out.get(0, 8 + d) * out.get(1, d);
        }
        return sum;
    }

    @Test
    void turningBackUndoesTurning() {
        AttentionShape shape = new AttentionShape(2, 5, 4, 2, 6);
        Matrix table = Matrix.zeros(5, 6);
        RotaryTable.fill(table, 10_000);
        int[] positions = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
        Matrix qkv = new Blocks(3).uniform(10, shape.qkvWidth());
        Matrix out = Matrix.zeros(10, shape.qkvWidth());
        Matrix back = Matrix.zeros(10, shape.qkvWidth());
        reference.rotate(shape, qkv, positions, table, out);
        reference.rotateBackward(shape, positions, table, out, back, Store.REPLACE);
        for (int i = 0; i < qkv.size(); i++) {
            assertEquals(qkv.data()[qkv.offset() + i], back.data()[back.offset() + i], 1e-6);
        }
    }
}
