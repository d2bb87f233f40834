package org.randygpt.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential and what is made of it, as polynomials of fused multiply-adds: a vector form and a scalar twin with
 * the same operations, hence the same bits. {@code lanewise(EXP)} is slower and differs between the interpreter and
 * compiled code.
 */
final class VectorMath {
    // Cody-Waite reduction and minimax polynomial of Cephes' expf (Moshier); error below 2 ulp.
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float P5 = 1.9875691500e-4f;
    private static final float P4 = 1.3981999507e-3f;
    private static final float P3 = 8.3334519073e-3f;
    private static final float P2 = 4.1665795894e-2f;
    private static final float P1 = 1.6666665459e-1f;
    private static final float P0 = 5.0000001201e-1f;

    /**
     * 1.5 · 2²³ + 127: adding it rounds to an integer n, and leaves n + 127, the exponent of 2ⁿ, in the lowest bits.
     */
    private static final float ROUNDER = 12_583_039f;

    /** Below this the result is 0, above {@link #HIGHEST} it is the result there: about 2.4e38. */
    private static final float LOWEST = -87f;

    private static final float HIGHEST = 88.37f;

    // 2√(2/π) (x + 0.044715 x³), the exponent in GELU = x · sigmoid of it.
    private static final float GELU_1 = 1.59576912f;
    private static final float GELU_3 = 0.0713548163f;

    /** Beyond this square the derivative of GELU is 0 or 1, and the cube would overflow. */
    private static final float LARGEST_SQUARE = 400f;

    // The same in all lanes, made once: making them where they are used costs the compiler so many nodes that it stops
    // inlining in the callers, and then every vector there is an object.
    private static final FloatVector V_LOWEST = broadcast(LOWEST);
    private static final FloatVector V_HIGHEST = broadcast(HIGHEST);
    private static final FloatVector V_LOG2_E = broadcast(LOG2_E);
    private static final FloatVector V_ROUNDER = broadcast(ROUNDER);
    private static final FloatVector V_LN2_HIGH = broadcast(-LN2_HIGH);
    private static final FloatVector V_LN2_LOW = broadcast(-LN2_LOW);
    private static final FloatVector V_P5 = broadcast(P5);
    private static final FloatVector V_P4 = broadcast(P4);
    private static final FloatVector V_P3 = broadcast(P3);
    private static final FloatVector V_P2 = broadcast(P2);
    private static final FloatVector V_P1 = broadcast(P1);
    private static final FloatVector V_P0 = broadcast(P0);
    private static final FloatVector V_ZERO = broadcast(0);
    private static final FloatVector V_ONE = broadcast(1);
    private static final FloatVector V_GELU_1 = broadcast(GELU_1);
    private static final FloatVector V_GELU_3 = broadcast(3 * GELU_3);
    private static final FloatVector V_MINUS_GELU_1 = broadcast(-GELU_1);
    private static final FloatVector V_MINUS_GELU_3 = broadcast(-GELU_3);
    private static final FloatVector V_LARGEST_SQUARE = broadcast(LARGEST_SQUARE);

    private VectorMath() {}

    /** eˣ; 0 below -87, at most 2.4e38, NaN for NaN. */
    static FloatVector exp(FloatVector x) {
        VectorMask<Float> tooLow = x.compare(VectorOperators.LT, V_LOWEST);
        FloatVector low = x.blend(V_LOWEST, tooLow);
        FloatVector clamped = low.blend(V_HIGHEST, low.compare(VectorOperators.GT, V_HIGHEST));
        FloatVector shifted = clamped.mul(V_LOG2_E).add(V_ROUNDER);
        FloatVector n = shifted.sub(V_ROUNDER);
        FloatVector r = n.fma(V_LN2_LOW, n.fma(V_LN2_HIGH, clamped));
        FloatVector p = V_P5.fma(r, V_P4).fma(r, V_P3).fma(r, V_P2).fma(r, V_P1).fma(r, V_P0);
        p = p.fma(r.mul(r), r).add(V_ONE);
        FloatVector power =
                shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        // A product, not a sum of bits: it keeps NaN a NaN.
        return p.mul(power).blend(V_ZERO, tooLow);
    }

    /** The same for one number. */
    static float exp(float x) {
        if (x < LOWEST) {
            return 0;
        }
        float clamped = x > HIGHEST ? HIGHEST : x;
        float shifted = clamped * LOG2_E + ROUNDER;
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_HIGH, clamped);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(P5, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, P1);
        p = Math.fma(p, r, P0);
        p = Math.fma(p, r * r, r) + 1f;
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /** GELU in its tanh form, x / (1 + e^-u). */
    static FloatVector gelu(FloatVector x) {
        FloatVector slope = x.mul(x).fma(V_MINUS_GELU_3, V_MINUS_GELU_1);
        return x.div(exp(x.mul(slope)).add(V_ONE));
    }

    /** The same for one number. */
    static float gelu(float x) {
        float slope = Math.fma(x * x, -GELU_3, -GELU_1);
        return x / (exp(x * slope) + 1f);
    }

    /** The derivative of x · s(u(x)): s + x · s · (1 - s) · u'(x), s the sigmoid. */
    static FloatVector geluDerivative(FloatVector x) {
        FloatVector square = x.mul(x);
        square = square.blend(V_LARGEST_SQUARE, square.compare(VectorOperators.GT, V_LARGEST_SQUARE));
        FloatVector negative = x.mul(square.fma(V_MINUS_GELU_3, V_MINUS_GELU_1));
        FloatVector sigmoid = V_ONE.div(exp(negative).add(V_ONE));
        FloatVector slope = square.fma(V_GELU_3, V_GELU_1);
        FloatVector bend = x.mul(sigmoid).mul(V_ONE.sub(sigmoid));
        return bend.fma(slope, sigmoid);
    }

    /** The same for one number. */
    static float geluDerivative(float x) {
        float square = x * x;
        square = square > LARGEST_SQUARE ? LARGEST_SQUARE : square;
        float negative = x * Math.fma(square, -GELU_3, -GELU_1);
        float sigmoid = 1f / (exp(negative) + 1f);
        float slope = Math.fma(square, 3 * GELU_3, GELU_1);
        float bend = x * sigmoid * (1f - sigmoid);
        return Math.fma(bend, slope, sigmoid);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(Lanes.SPECIES, value);
    }
}
