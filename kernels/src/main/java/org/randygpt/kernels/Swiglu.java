package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The gate of an MLP, forward and backward; see {@link Kernels} for the formula. */
final class Swiglu {
    private final Share share;

    Swiglu(Share share) {
        this.share = share;
    }

    void forward(Matrix x, Matrix out) {
        if (out.rows() == 1) {
            forward(x, 0, share.from(out.cols()), share.to(out.cols()), out);
            return;
        }
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            forward(x, row, 0, out.cols(), out);
        }
    }

    private static void forward(Matrix x, int row, int from, int end, Matrix out) {
        int gateAt = x.rowAt(row);
        int upAt = gateAt + out.cols();
        int outAt = out.rowAt(row);
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            VectorMath.silu(FloatVector.fromArray(SPECIES, x.data(), gateAt + i))
                    .mul(FloatVector.fromArray(SPECIES, x.data(), upAt + i))
                    .intoArray(out.data(), outAt + i);
        }
        for (; i < end; i++) {
            out.data()[outAt + i] = VectorMath.silu(x.data()[gateAt + i]) * x.data()[upAt + i];
        }
    }

    void backward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out) {
        if (out.rows() == 1) {
            backward(x, 0, share.from(out.cols()), share.to(out.cols()), dOut, dX, store, out);
            return;
        }
        for (int row = share.from(out.rows()); row < share.to(out.rows()); row++) {
            backward(x, row, 0, out.cols(), dOut, dX, store, out);
        }
    }

    /** out = silu(gate) · up: dGate = dOut · up · silu'(gate), dUp = dOut · silu(gate). */
    private static void backward(
            Matrix x, int row, int from, int end, Matrix dOut, Matrix dX, Store store, Matrix out) {
        int i = store == Store.ADD
                ? addBackward(x, row, from, end, dOut, dX, out)
                : writeBackward(x, row, from, end, dOut, dX, out);
        for (; i < end; i++) {
            float gate = x.get(row, i);
            float d = dOut.get(row, i);
            float clamped = VectorMath.siluClamp(gate);
            float divisor = VectorMath.siluDivisor(clamped);
            float silu = gate / divisor;
            float up = x.get(row, out.cols() + i);
            out.data()[out.rowAt(row) + i] = silu * up;
            int dGateAt = dX.rowAt(row) + i;
            Lanes.put(d * silu, dX.data(), dGateAt + out.cols(), store);
            Lanes.put(VectorMath.siluSlope(clamped, divisor) * (d * up), dX.data(), dGateAt, store);
        }
    }

    // To write and to add are methods of their own: with both in one the compiler stops inlining, as in Elementwise.

    /** Returns the first element that is left. */
    private static int writeBackward(Matrix x, int row, int from, int end, Matrix dOut, Matrix dX, Matrix out) {
        int gateAt = x.rowAt(row);
        int dGateAt = dX.rowAt(row);
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector gate = FloatVector.fromArray(SPECIES, x.data(), gateAt + i);
            FloatVector clamped = VectorMath.siluClamp(gate);
            FloatVector divisor = VectorMath.siluDivisor(clamped);
            FloatVector silu = gate.div(divisor);
            FloatVector up = FloatVector.fromArray(SPECIES, x.data(), gateAt + out.cols() + i);
            FloatVector d = FloatVector.fromArray(SPECIES, dOut.data(), dOut.rowAt(row) + i);
            silu.mul(up).intoArray(out.data(), out.rowAt(row) + i);
            d.mul(silu).intoArray(dX.data(), dGateAt + out.cols() + i);
            VectorMath.siluSlope(clamped, divisor).mul(d.mul(up)).intoArray(dX.data(), dGateAt + i);
        }
        return i;
    }

    /** Returns the first element that is left. */
    private static int addBackward(Matrix x, int row, int from, int end, Matrix dOut, Matrix dX, Matrix out) {
        int gateAt = x.rowAt(row);
        int dGateAt = dX.rowAt(row);
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector gate = FloatVector.fromArray(SPECIES, x.data(), gateAt + i);
            FloatVector clamped = VectorMath.siluClamp(gate);
            FloatVector divisor = VectorMath.siluDivisor(clamped);
            FloatVector silu = gate.div(divisor);
            FloatVector up = FloatVector.fromArray(SPECIES, x.data(), gateAt + out.cols() + i);
            FloatVector d = FloatVector.fromArray(SPECIES, dOut.data(), dOut.rowAt(row) + i);
            silu.mul(up).intoArray(out.data(), out.rowAt(row) + i);
            d.mul(silu)
                    .add(FloatVector.fromArray(SPECIES, dX.data(), dGateAt + out.cols() + i))
                    .intoArray(dX.data(), dGateAt + out.cols() + i);
            VectorMath.siluSlope(clamped, divisor)
                    .mul(d.mul(up))
                    .add(FloatVector.fromArray(SPECIES, dX.data(), dGateAt + i))
                    .intoArray(dX.data(), dGateAt + i);
        }
        return i;
    }
}
