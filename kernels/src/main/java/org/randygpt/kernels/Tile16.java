package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * 4 rows by 2 vectors, for 16 registers: 8 accumulators, 2 vectors of b, and the 4 broadcast elements of a that the
 * compiler likes to hold at once.
 */
final class Tile16 implements Tile {
    private static final int COLS = 2 * LENGTH;

    @Override
    public int rows() {
        return 4;
    }

    @Override
    public int cols() {
        return COLS;
    }

    @Override
    public void multiplyRows(TileJob job) {
        int last = job.rows - 1;
        float[] a = job.a;
        int aAt = job.aAt;
        float[] panel = job.panel;
        int panelAt = job.panelAt;
        float[] from = job.from;
        int f0 = job.fromAt;
        int f1 = f0 + Math.min(1, last) * job.fromRow;
        int f2 = f0 + Math.min(2, last) * job.fromRow;
        int f3 = f0 + Math.min(3, last) * job.fromRow;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, f0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, f0 + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, f1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, f1 + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, f2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, f2 + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, f3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, f3 + LENGTH);
        float[] ahead = job.ahead;
        int aheadAt = job.aheadAt;
        float touched = 0;
        int depth = job.depth;
        for (int k = 0; k < depth; k++) {
            int b = panelAt + k * COLS;
            int i = aAt + k;
            touched += ahead[aheadAt + k * TileJob.AHEAD_STEP];
            FloatVector b0 = FloatVector.fromArray(SPECIES, panel, b);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panel, b + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + TileJob.ROW_STRIDE]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2 * TileJob.ROW_STRIDE]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3 * TileJob.ROW_STRIDE]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
        }
        job.touched = touched;
        float[] to = job.to;
        int t0 = job.toAt;
        int t1 = t0 + Math.min(1, last) * job.toRow;
        int t2 = t0 + Math.min(2, last) * job.toRow;
        int t3 = t0 + Math.min(3, last) * job.toRow;
        c00.intoArray(to, t0);
        c01.intoArray(to, t0 + LENGTH);
        c10.intoArray(to, t1);
        c11.intoArray(to, t1 + LENGTH);
        c20.intoArray(to, t2);
        c21.intoArray(to, t2 + LENGTH);
        c30.intoArray(to, t3);
        c31.intoArray(to, t3 + LENGTH);
    }

    @Override
    public void multiplyColumns(TileJob job) {
        int last = job.rows - 1;
        float[] a = job.a;
        int aAt = job.aAt;
        int aStep = job.aStep;
        float[] panel = job.panel;
        int panelAt = job.panelAt;
        float[] from = job.from;
        int f0 = job.fromAt;
        int f1 = f0 + Math.min(1, last) * job.fromRow;
        int f2 = f0 + Math.min(2, last) * job.fromRow;
        int f3 = f0 + Math.min(3, last) * job.fromRow;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, f0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, f0 + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, f1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, f1 + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, f2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, f2 + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, f3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, f3 + LENGTH);
        int depth = job.depth;
        for (int k = 0; k < depth; k++) {
            int b = panelAt + k * COLS;
            int i = aAt + k * aStep;
            FloatVector b0 = FloatVector.fromArray(SPECIES, panel, b);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panel, b + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
        }
        float[] to = job.to;
        int t0 = job.toAt;
        int t1 = t0 + Math.min(1, last) * job.toRow;
        int t2 = t0 + Math.min(2, last) * job.toRow;
        int t3 = t0 + Math.min(3, last) * job.toRow;
        c00.intoArray(to, t0);
        c01.intoArray(to, t0 + LENGTH);
        c10.intoArray(to, t1);
        c11.intoArray(to, t1 + LENGTH);
        c20.intoArray(to, t2);
        c21.intoArray(to, t2 + LENGTH);
        c30.intoArray(to, t3);
        c31.intoArray(to, t3 + LENGTH);
    }
}
