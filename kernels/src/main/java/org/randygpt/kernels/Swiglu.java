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
        int gateAt = x.rowAt(row);
        int upAt = gateAt + out.cols();
        int dOutAt = dOut.rowAt(row);
        int dGateAt = dX.rowAt(row);
        int dUpAt = dGateAt + out.cols();
        int outAt = out.rowAt(row);
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector gate = FloatVector.fromArray(SPECIES, x.data(), gateAt + i);
            FloatVector up = FloatVector.fromArray(SPECIES, x.data(), upAt + i);
            FloatVector d = FloatVector.fromArray(SPECIES, dOut.data(), dOutAt + i);
            FloatVector clamped = VectorMath.siluClamp(gate);
            FloatVector divisor = VectorMath.siluDivisor(clamped);
            FloatVector silu = gate.div(divisor);
            silu.mul(up).intoArray(out.data(), outAt + i);
            Lanes.put(d.mul(silu), dX.data(), dUpAt + i, store);
            Lanes.put(VectorMath.siluSlope(clamped, divisor).mul(d.mul(up)), dX.data(), dGateAt + i, store);
        }
        for (; i < end; i++) {
            float gate = x.data()[gateAt + i];
            float up = x.data()[upAt + i];
            float d = dOut.data()[dOutAt + i];
            float clamped = VectorMath.siluClamp(gate);
            float divisor = VectorMath.siluDivisor(clamped);
            float silu = gate / divisor;
            out.data()[outAt + i] = silu * up;
            Lanes.put(d * silu, dX.data(), dUpAt + i, store);
            Lanes.put(VectorMath.siluSlope(clamped, divisor) * (d * up), dX.data(), dGateAt + i, store);
        }
    }
}
