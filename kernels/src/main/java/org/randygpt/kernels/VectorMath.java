package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Exponential, logarithm and hyperbolic tangent, and GELU on top, from operations that IEEE 754 defines to the last
 * bit: each as a vector form and a scalar twin with the same operations in the same order, hence the same bits, whoever
 * executes them. {@code lanewise(EXP)} and {@link Math} are not: they may differ between the interpreter and compiled
 * code, and from one machine to the next.
 *
 * <p>All are defined for every number, and NaN gives NaN (whose bits are not defined). Errors are against the exact
 * result, in units of the distance between floats there, and are the largest of all 2³² inputs. Coefficients without
 * another source are fitted here to the least relative error (Lawson's weighting or linear programming), one rounded to
 * float after the other.
 */
final class VectorMath {
    static final float LOG2_E = 0x1.715476p0f;

    /** ln 2 in two parts: in {@link #exp} subtracting n times the first is exact, since it rounds once. */
    private static final float LN2_HIGH = 0x1.62e43p-1f;

    private static final float LN2_LOW = -0x1.05c61p-29f;

    /** Here and below eˣ is 0, at {@link #HIGHEST} and above it is infinite. */
    private static final float LOWEST = -104;

    private static final float HIGHEST = 89;

    /**
     * 1.5 · 2²³ + 254: adding it rounds to an integer n, and leaves n + 254, twice the exponent of 2^(n/2), in the
     * lowest bits.
     */
    private static final float EXPONENT_ROUNDER = 0x1.8p23f + 254;

    // (eʳ - 1 - r) / r² for |r| <= ln 2 / 2.
    private static final float E2 = 0x1.fffffcp-2f;
    private static final float E3 = 0x1.555492p-3f;
    private static final float E4 = 0x1.5558aep-5f;
    private static final float E5 = 0x1.12398p-7f;
    private static final float E6 = 0x1.6a4e74p-10f;

    /** Below, 2ˣ is 0 in {@link #exp2}. */
    private static final float LOWEST_EXPONENT = -127;

    /** 1.5 · 2²³ + 127: adding it rounds to an integer n, and leaves the exponent of 2ⁿ in the lowest bits. */
    private static final float BIASED_ROUNDER = 0x1.8p23f + 127;

    // (2ʳ - 1) / r for |r| <= 1/2.
    private static final float P1 = 0x1.62e42ap-1f;
    private static final float P2 = 0x1.ebf9c2p-3f;
    private static final float P3 = 0x1.c6b6d8p-5f;
    private static final float P4 = 0x1.3ce8aep-7f;
    private static final float P5 = 0x1.5bda5cp-10f;

    /** The bits of √½, where mantissas start, so that those of numbers near 1 are on either side of it. */
    private static final int ROOT_HALF_BITS = 0x3f3504f3;

    /** 1.5 · 2²³, the float whose lowest bits count integers. */
    private static final float INTEGERS = 0x1.8p23f;

    private static final int INTEGERS_BITS = 0x4b400000;

    /** What subnormal numbers are multiplied by first. */
    private static final float LIFT = 0x1p25f;

    private static final float LIFTED_INTEGERS = INTEGERS + 25;

    // (log((1 + s) / (1 - s)) / s - 2) / s² in s² for |s| <= (√2 - 1) / (√2 + 1).
    private static final float L1 = 0x1.55557ap-1f;
    private static final float L2 = 0x1.995ec6p-2f;
    private static final float L3 = 0x1.31e364p-2f;

    /** From here on tanh is 1 when rounded to float. */
    private static final float TANH_IS_ONE = 9.02f;

    // tanh(x / 2) = x / 2 · (1 + T1 x² + T2 x⁴) / (1 + U1 x² + U2 x⁴ + U3 x⁶) for |x| <= 9.04.
    private static final float T1 = 0x1.e7dbap-6f;
    private static final float T2 = 0x1.df75bcp-14f;
    private static final float U1 = 0x1.cf4c34p-4f;
    private static final float U2 = 0x1.3c5d02p-10f;
    private static final float U3 = 0x1.4a3d4ap-20f;

    // u = √(2/π) (x + 0.044715 x³) and three times its second coefficient.
    private static final float GELU_1 = 0.797884561f;
    private static final float GELU_3 = 0.0356774081f;
    private static final float GELU_SLOPE_3 = 0.107032224f;

    // The same in all lanes, made once: making them where they are used costs the compiler so many nodes that it stops
    // inlining in the callers, and then every vector there is an object.
    private static final FloatVector V_ZERO = broadcast(0);
    private static final FloatVector V_ONE = broadcast(1);
    private static final FloatVector V_TWO = broadcast(2);
    private static final FloatVector V_HALF = broadcast(0.5f);
    private static final FloatVector V_MINUS_HALF = broadcast(-0.5f);
    private static final FloatVector V_INFINITY = broadcast(Float.POSITIVE_INFINITY);
    private static final FloatVector V_MINUS_INFINITY = broadcast(Float.NEGATIVE_INFINITY);
    private static final FloatVector V_NAN = broadcast(Float.NaN);
    private static final FloatVector V_LOG2_E = broadcast(LOG2_E);
    private static final FloatVector V_LN2_HIGH = broadcast(LN2_HIGH);
    private static final FloatVector V_LN2_LOW = broadcast(LN2_LOW);
    private static final FloatVector V_MINUS_LN2_HIGH = broadcast(-LN2_HIGH);
    private static final FloatVector V_MINUS_LN2_LOW = broadcast(-LN2_LOW);
    private static final FloatVector V_LOWEST = broadcast(LOWEST);
    private static final FloatVector V_HIGHEST = broadcast(HIGHEST);
    private static final FloatVector V_EXPONENT_ROUNDER = broadcast(EXPONENT_ROUNDER);
    private static final FloatVector V_E2 = broadcast(E2);
    private static final FloatVector V_E3 = broadcast(E3);
    private static final FloatVector V_E4 = broadcast(E4);
    private static final FloatVector V_E5 = broadcast(E5);
    private static final FloatVector V_E6 = broadcast(E6);
    private static final FloatVector V_LOWEST_EXPONENT = broadcast(LOWEST_EXPONENT);
    private static final FloatVector V_BIASED_ROUNDER = broadcast(BIASED_ROUNDER);
    private static final FloatVector V_P1 = broadcast(P1);
    private static final FloatVector V_P2 = broadcast(P2);
    private static final FloatVector V_P3 = broadcast(P3);
    private static final FloatVector V_P4 = broadcast(P4);
    private static final FloatVector V_P5 = broadcast(P5);
    private static final FloatVector V_SMALLEST_NORMAL = broadcast(Float.MIN_NORMAL);
    private static final FloatVector V_LIFT = broadcast(LIFT);
    private static final FloatVector V_INTEGERS = broadcast(INTEGERS);
    private static final FloatVector V_LIFTED_INTEGERS = broadcast(LIFTED_INTEGERS);
    private static final FloatVector V_L1 = broadcast(L1);
    private static final FloatVector V_L2 = broadcast(L2);
    private static final FloatVector V_L3 = broadcast(L3);
    private static final FloatVector V_TANH_IS_ONE = broadcast(TANH_IS_ONE);
    private static final FloatVector V_TANH_IS_MINUS_ONE = broadcast(-TANH_IS_ONE);
    private static final FloatVector V_T1 = broadcast(T1);
    private static final FloatVector V_T2 = broadcast(T2);
    private static final FloatVector V_U1 = broadcast(U1);
    private static final FloatVector V_U2 = broadcast(U2);
    private static final FloatVector V_U3 = broadcast(U3);
    private static final FloatVector V_GELU_1 = broadcast(GELU_1);
    private static final FloatVector V_GELU_3 = broadcast(GELU_3);
    private static final FloatVector V_GELU_SLOPE_3 = broadcast(GELU_SLOPE_3);

    private VectorMath() {}

    /**
     * eˣ = 2ⁿ · eʳ, r = x - n · ln 2; error at most 1.02, also where the result is subnormal. Infinite from 88.73 on.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector clamped = clamp(x, V_LOWEST, V_HIGHEST);
        FloatVector shifted = clamped.fma(V_LOG2_E, V_EXPONENT_ROUNDER);
        FloatVector n = shifted.sub(V_EXPONENT_ROUNDER);
        FloatVector r = n.fma(V_MINUS_LN2_LOW, n.fma(V_MINUS_LN2_HIGH, clamped));
        FloatVector p = V_E6.fma(r, V_E5).fma(r, V_E4).fma(r, V_E3).fma(r, V_E2);
        FloatVector minusOne = p.fma(r.mul(r), r);
        // 2ⁿ in two factors, since it may be too large or too small for a float where the result is not.
        IntVector bits = shifted.reinterpretAsInts();
        IntVector half = bits.lanewise(LSHR, 1).lanewise(LSHL, 23);
        IntVector rest = bits.lanewise(LSHL, 23).sub(half);
        FloatVector power = half.reinterpretAsFloats();
        return minusOne.fma(power, power).mul(rest.reinterpretAsFloats());
    }

    /** The same for one number. */
    static float exp(float x) {
        float clamped = clamp(x, LOWEST, HIGHEST);
        float shifted = Math.fma(clamped, LOG2_E, EXPONENT_ROUNDER);
        float n = shifted - EXPONENT_ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
        float p = Math.fma(E6, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        float minusOne = Math.fma(p, r * r, r);
        int bits = Float.floatToRawIntBits(shifted);
        int half = bits >>> 1 << 23;
        int rest = (bits << 23) - half;
        float power = Float.intBitsToFloat(half);
        return Math.fma(minusOne, power, power) * Float.intBitsToFloat(rest);
    }

    /**
     * 2ˣ = 2ⁿ · 2ʳ, r = x - n exactly, for x up to 0, with half the operations of {@link #exp}; error at most 2.2, and
     * 0 from -126.5 down. Not defined above 0, except that NaN gives NaN.
     */
    static FloatVector exp2(FloatVector x) {
        FloatVector raised = x.blend(V_LOWEST_EXPONENT, x.compare(LT, V_LOWEST_EXPONENT));
        FloatVector shifted = raised.add(V_BIASED_ROUNDER);
        FloatVector r = raised.sub(shifted.sub(V_BIASED_ROUNDER));
        FloatVector p = V_P5.fma(r, V_P4).fma(r, V_P3).fma(r, V_P2).fma(r, V_P1);
        FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        return p.mul(r).fma(power, power);
    }

    /** The same for one number. */
    static float exp2(float x) {
        float raised = x < LOWEST_EXPONENT ? LOWEST_EXPONENT : x;
        float shifted = raised + BIASED_ROUNDER;
        float r = raised - (shifted - BIASED_ROUNDER);
        float p = Math.fma(P5, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, P1);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
        return Math.fma(p * r, power, power);
    }

    /**
     * ln x = n · ln 2 + ln(1 + f), 1 + f the mantissa; error at most 0.86. -∞ for 0, NaN for less.
     *
     * <p>With s = f / (2 + f), ln(1 + f) = f - (f²/2 - s · (f²/2 + s² · (L1 + L2 s² + …))), as in FreeBSD's e_logf.c:
     * the largest term is exact.
     */
    static FloatVector log(FloatVector x) {
        FloatVector lifted = x.blend(x.mul(V_LIFT), x.compare(LT, V_SMALLEST_NORMAL));
        FloatVector integers = V_INTEGERS.blend(V_LIFTED_INTEGERS, x.compare(LT, V_SMALLEST_NORMAL));
        IntVector bits = lifted.reinterpretAsInts();
        IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(ASHR, 23);
        FloatVector n = exponent.add(INTEGERS_BITS).reinterpretAsFloats().sub(integers);
        FloatVector f =
                bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(V_ONE);
        FloatVector ln = logOfMantissa(f, n);
        return ln.blend(V_MINUS_INFINITY, x.compare(EQ, V_ZERO))
                .blend(V_INFINITY, x.compare(EQ, V_INFINITY))
                .blend(V_NAN, x.compare(GE, V_ZERO).not());
    }

    private static FloatVector logOfMantissa(FloatVector f, FloatVector n) {
        FloatVector s = f.div(f.add(V_TWO));
        FloatVector z = s.mul(s);
        FloatVector series = V_L3.fma(z, V_L2).fma(z, V_L1).mul(z);
        FloatVector minusHalf = f.mul(f).mul(V_MINUS_HALF);
        FloatVector rest = s.fma(series.sub(minusHalf), minusHalf);
        return n.fma(V_LN2_HIGH, f.add(n.fma(V_LN2_LOW, rest)));
    }

    /** The same for one number. */
    static float log(float x) {
        boolean subnormal = x < Float.MIN_NORMAL;
        float lifted = subnormal ? x * LIFT : x;
        int bits = Float.floatToRawIntBits(lifted);
        int exponent = bits - ROOT_HALF_BITS >> 23;
        float n = Float.intBitsToFloat(exponent + INTEGERS_BITS) - (subnormal ? LIFTED_INTEGERS : INTEGERS);
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
        if (!(x >= 0)) {
            return Float.NaN;
        }
        if (x == 0) {
            return Float.NEGATIVE_INFINITY;
        }
        return x == Float.POSITIVE_INFINITY ? x : logOfMantissa(f, n);
    }

    private static float logOfMantissa(float f, float n) {
        float s = f / (f + 2);
        float z = s * s;
        float series = Math.fma(Math.fma(L3, z, L2), z, L1) * z;
        float minusHalf = f * f * -0.5f;
        float rest = Math.fma(s, series - minusHalf, minusHalf);
        return Math.fma(n, LN2_HIGH, f + Math.fma(n, LN2_LOW, rest));
    }

    /**
     * The hyperbolic tangent; error at most 3.23. Its sign is that of x, its magnitude never above 1.
     *
     * <p>With tanh(x/2) = m/2 / (1 + w), tanh x = (m + m · w) / (1 + (2w + w² + m²/4)): one division as for tanh(x/2)
     * itself, but fewer terms, and the errors of the quotient vanish as tanh nears 1.
     */
    static FloatVector tanh(FloatVector x) {
        FloatVector clamped = clamp(x, V_TANH_IS_MINUS_ONE, V_TANH_IS_ONE);
        FloatVector z = clamped.mul(clamped);
        FloatVector m = clamped.mul(z).fma(V_T2.fma(z, V_T1), clamped);
        FloatVector w = V_U3.fma(z, V_U2).fma(z, V_U1).mul(z);
        FloatVector half = m.mul(V_HALF);
        FloatVector divisor = half.fma(half, w.fma(w, w.add(w))).add(V_ONE);
        return m.fma(w, m).div(divisor);
    }

    /** The same for one number. */
    static float tanh(float x) {
        float clamped = clamp(x, -TANH_IS_ONE, TANH_IS_ONE);
        float z = clamped * clamped;
        float m = Math.fma(clamped * z, Math.fma(T2, z, T1), clamped);
        float w = Math.fma(Math.fma(U3, z, U2), z, U1) * z;
        float half = m * 0.5f;
        float divisor = Math.fma(half, half, Math.fma(w, w, w + w)) + 1;
        return Math.fma(m, w, m) / divisor;
    }

    /** GELU in its tanh form, x/2 · (1 + tanh u); NaN for -∞, as -∞ · 0 is. */
    static FloatVector gelu(FloatVector x) {
        return geluOf(x, geluTanh(x));
    }

    /** The same for one number. */
    static float gelu(float x) {
        return geluOf(x, geluTanh(x));
    }

    /** The derivative of {@link #gelu}; 0 or 1 where the tangent is -1 or 1, however large x. */
    static FloatVector geluDerivative(FloatVector x) {
        return geluSlope(x, geluTanh(x));
    }

    /** The same for one number. */
    static float geluDerivative(float x) {
        return geluSlope(x, geluTanh(x));
    }

    /** tanh u, which {@link #geluOf} and {@link #geluSlope} share. */
    static FloatVector geluTanh(FloatVector x) {
        return tanh(x.mul(x.mul(x).fma(V_GELU_3, V_GELU_1)));
    }

    /** The same for one number. */
    static float geluTanh(float x) {
        return tanh(x * Math.fma(x * x, GELU_3, GELU_1));
    }

    /** GELU of x, from the tangent of {@link #geluTanh}. */
    static FloatVector geluOf(FloatVector x, FloatVector tanh) {
        FloatVector half = x.mul(V_HALF);
        return half.fma(tanh, half);
    }

    /** The same for one number. */
    static float geluOf(float x, float tanh) {
        float half = x * 0.5f;
        return Math.fma(half, tanh, half);
    }

    /** The derivative of GELU, from the same tangent: (1 + tanh u)/2 + x/2 · (1 - tanh² u) · du/dx. */
    static FloatVector geluSlope(FloatVector x, FloatVector tanh) {
        FloatVector slope = x.mul(x).fma(V_GELU_SLOPE_3, V_GELU_1);
        FloatVector onePlus = tanh.add(V_ONE);
        FloatVector flat = V_ONE.sub(tanh).mul(onePlus);
        FloatVector bend = x.mul(flat).mul(slope);
        // Else 0 · ∞ where x or its square is infinite.
        FloatVector finite = bend.blend(V_ZERO, flat.compare(EQ, V_ZERO));
        return onePlus.add(finite).mul(V_HALF);
    }

    /** The same for one number. */
    static float geluSlope(float x, float tanh) {
        float slope = Math.fma(x * x, GELU_SLOPE_3, GELU_1);
        float onePlus = tanh + 1;
        float flat = (1 - tanh) * onePlus;
        float bend = flat == 0 ? 0 : x * flat * slope;
        return (onePlus + bend) * 0.5f;
    }

    /** NaN stays NaN. */
    private static FloatVector clamp(FloatVector x, FloatVector lowest, FloatVector highest) {
        FloatVector raised = x.blend(lowest, x.compare(LT, lowest));
        return raised.blend(highest, raised.compare(GT, highest));
    }

    /** The same for one number. */
    private static float clamp(float x, float lowest, float highest) {
        return x < lowest ? lowest : x > highest ? highest : x;
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(Lanes.SPECIES, value);
    }
}
