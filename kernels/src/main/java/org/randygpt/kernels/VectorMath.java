package org.randygpt.kernels;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Exponential, logarithm, GELU and SiLU, from operations that IEEE 754 defines to the last bit: each as a vector form
 * and a scalar twin with the same operations in the same order, hence the same bits, whoever executes them.
 * {@code lanewise(EXP)} and {@link Math} are not: they may differ between the interpreter and compiled code, and from
 * one machine to the next.
 *
 * <p>All are defined for every number, the exponential for those up to 88, and NaN gives NaN (whose bits are not
 * defined). Errors are against the exact result, in units of the distance between floats there if nothing else is said,
 * and are the largest of all 2³² inputs, for GELU and SiLU of every 97th. Coefficients without another source are
 * fitted here to the least relative error (Lawson's weighting or linear programming), one rounded to float after the
 * other.
 */
final class VectorMath {
    static final float LOG2_E = 0x1.715476p0f;

    /** ln 2 in two parts, of which n times the first is exact. */
    private static final float LN2_HIGH = 0x1.62e43p-1f;

    private static final float LN2_LOW = -0x1.05c61p-29f;

    /** Below eˣ is 0: the logarithm of the smallest normal number. */
    private static final float LOWEST = -87.33655f;

    /** Below 2ˣ is 0 in {@link #exp2}. */
    private static final float LOWEST_EXPONENT = -127;

    /** 1.5 · 2²³, the float whose lowest bits count integers: adding it rounds to an integer, which they then hold. */
    private static final float INTEGERS = 0x1.8p23f;

    private static final int INTEGERS_BITS = 0x4b400000;

    /** The same with 127 added: the lowest bits hold the exponent of a float. */
    private static final float EXPONENTS = INTEGERS + 127;

    // (eʳ - 1 - r) / r² for |r| <= ln 2 / 2.
    private static final float E2 = 0x1.fffffcp-2f;
    private static final float E3 = 0x1.555492p-3f;
    private static final float E4 = 0x1.5558aep-5f;
    private static final float E5 = 0x1.12398p-7f;
    private static final float E6 = 0x1.6a4e74p-10f;

    /** The bits of √½, where mantissas start, so that those of numbers near 1 are on either side of it. */
    private static final int ROOT_HALF_BITS = 0x3f3504f3;

    /** What subnormal numbers are multiplied by first. */
    private static final float LIFT = 0x1p25f;

    private static final float LIFTED_INTEGERS = INTEGERS + 25;

    // (log((1 + s) / (1 - s)) / s - 2) / s² in s² for |s| <= (√2 - 1) / (√2 + 1).
    private static final float L1 = 0x1.55557ap-1f;
    private static final float L2 = 0x1.995ec6p-2f;
    private static final float L3 = 0x1.31e364p-2f;

    // (2ʳ - 1) / r for |r| <= ½.
    private static final float P1 = 0x1.62e42ap-1f;
    private static final float P2 = 0x1.ebf9c2p-3f;
    private static final float P3 = 0x1.c6b6dcp-5f;
    private static final float P4 = 0x1.3ce8bep-7f;
    private static final float P5 = 0x1.5bd88p-10f;

    // GELU is x / (1 + 2ᵗ), t = G1 x + G3 x³: -2 log₂ e √(2/π) and 0.044715 times that, whose last bit is chosen such
    // that t is 128 at the lowest x.
    private static final float G1 = -0x1.26aec2p+1f;
    private static final float G3 = -0x1.a5a7cep-4f;

    /** Here 2ᵗ is infinite, and below it counts as here; from the highest on it is lost beside 1. */
    private static final float GELU_LOWEST = -0x1.41f37p3f;

    private static final float GELU_HIGHEST = 9;

    /** The same of SiLU: where e⁻ˣ is infinite, and from where on it is lost beside 1. */
    private static final float SILU_LOWEST = -0x1.62e43p6f;

    private static final float SILU_HIGHEST = 18;

    // -ln 2 · x · dt/dx = W1 x + W3 x³.
    private static final float W1 = 0x1.988454p0f;
    private static final float W3 = 0x1.b6676cp-3f;

    // The same in all lanes, made once: making them where they are used costs the compiler so many nodes that it stops
    // inlining in the callers, and then every vector there is an object. As integers, since a store to an array of
    // floats might change a vector of floats, for all that the compiler knows, and it would load each in every step.
    private static final IntVector V_ZERO = broadcast(0);
    private static final IntVector V_ONE = broadcast(1);
    private static final IntVector V_TWO = broadcast(2);
    private static final IntVector V_MINUS_HALF = broadcast(-0.5f);
    private static final IntVector V_INFINITY = broadcast(Float.POSITIVE_INFINITY);
    private static final IntVector V_MINUS_INFINITY = broadcast(Float.NEGATIVE_INFINITY);
    private static final IntVector V_NAN = broadcast(Float.NaN);
    private static final IntVector V_LOG2_E = broadcast(LOG2_E);
    private static final IntVector V_MINUS_LOG2_E = broadcast(-LOG2_E);
    private static final IntVector V_LN2_HIGH = broadcast(LN2_HIGH);
    private static final IntVector V_LN2_LOW = broadcast(LN2_LOW);
    private static final IntVector V_MINUS_LN2_HIGH = broadcast(-LN2_HIGH);
    private static final IntVector V_MINUS_LN2_LOW = broadcast(-LN2_LOW);
    private static final IntVector V_LOWEST = broadcast(LOWEST);
    private static final IntVector V_LOWEST_EXPONENT = broadcast(LOWEST_EXPONENT);
    private static final IntVector V_EXPONENTS = broadcast(EXPONENTS);
    private static final IntVector V_E2 = broadcast(E2);
    private static final IntVector V_E3 = broadcast(E3);
    private static final IntVector V_E4 = broadcast(E4);
    private static final IntVector V_E5 = broadcast(E5);
    private static final IntVector V_E6 = broadcast(E6);
    private static final IntVector V_SMALLEST_NORMAL = broadcast(Float.MIN_NORMAL);
    private static final IntVector V_LIFT = broadcast(LIFT);
    private static final IntVector V_INTEGERS = broadcast(INTEGERS);
    private static final IntVector V_LIFTED_INTEGERS = broadcast(LIFTED_INTEGERS);
    private static final IntVector V_L1 = broadcast(L1);
    private static final IntVector V_L2 = broadcast(L2);
    private static final IntVector V_L3 = broadcast(L3);
    private static final IntVector V_P1 = broadcast(P1);
    private static final IntVector V_P2 = broadcast(P2);
    private static final IntVector V_P3 = broadcast(P3);
    private static final IntVector V_P4 = broadcast(P4);
    private static final IntVector V_P5 = broadcast(P5);
    private static final IntVector V_G1 = broadcast(G1);
    private static final IntVector V_G3 = broadcast(G3);
    private static final IntVector V_GELU_LOWEST = broadcast(GELU_LOWEST);
    private static final IntVector V_GELU_HIGHEST = broadcast(GELU_HIGHEST);
    private static final IntVector V_SILU_LOWEST = broadcast(SILU_LOWEST);
    private static final IntVector V_SILU_HIGHEST = broadcast(SILU_HIGHEST);
    private static final IntVector V_W1 = broadcast(W1);
    private static final IntVector V_W3 = broadcast(W3);

    private VectorMath() {}

    /**
     * eˣ = 2ⁿ · eʳ, r = x - n · ln 2, for x up to 88, as softmax takes it of what is not above 0; error at most 1.02.
     * What would be subnormal is 0.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.fma(floats(V_LOG2_E), floats(V_EXPONENTS));
        FloatVector n = shifted.sub(floats(V_EXPONENTS));
        FloatVector r = n.fma(floats(V_MINUS_LN2_LOW), n.fma(floats(V_MINUS_LN2_HIGH), x));
        FloatVector p = floats(V_E6)
                .fma(r, floats(V_E5))
                .fma(r, floats(V_E4))
                .fma(r, floats(V_E3))
                .fma(r, floats(V_E2));
        FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        return p.fma(r.mul(r), r).fma(power, power).blend(floats(V_ZERO), x.compare(LT, floats(V_LOWEST)));
    }

    /** The same for one number. */
    static float exp(float x) {
        float shifted = Math.fma(x, LOG2_E, EXPONENTS);
        float n = shifted - EXPONENTS;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(E6, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
        return x < LOWEST ? 0 : Math.fma(Math.fma(p, r * r, r), power, power);
    }

    /**
     * 2ˣ = 2ⁿ · 2ʳ, r = x - n exactly, for x up to 0, with half the operations of {@link #exp}; error at most 2.2, and
     * 0 from -126.5 down. Not defined above 0, except that NaN gives NaN.
     */
    static FloatVector exp2(FloatVector x) {
        FloatVector raised = x.blend(floats(V_LOWEST_EXPONENT), x.compare(LT, floats(V_LOWEST_EXPONENT)));
        FloatVector shifted = raised.add(floats(V_EXPONENTS));
        FloatVector r = raised.sub(shifted.sub(floats(V_EXPONENTS)));
        FloatVector p = floats(V_P5)
                .fma(r, floats(V_P4))
                .fma(r, floats(V_P3))
                .fma(r, floats(V_P2))
                .fma(r, floats(V_P1));
        FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
        return p.mul(r).fma(power, power);
    }

    /** The same for one number. */
    static float exp2(float x) {
        float raised = x < LOWEST_EXPONENT ? LOWEST_EXPONENT : x;
        float shifted = raised + EXPONENTS;
        float r = raised - (shifted - EXPONENTS);
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
        FloatVector lifted = x.blend(x.mul(floats(V_LIFT)), x.compare(LT, floats(V_SMALLEST_NORMAL)));
        FloatVector integers =
                floats(V_INTEGERS).blend(floats(V_LIFTED_INTEGERS), x.compare(LT, floats(V_SMALLEST_NORMAL)));
        IntVector bits = lifted.reinterpretAsInts();
        IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(ASHR, 23);
        FloatVector n = exponent.add(INTEGERS_BITS).reinterpretAsFloats().sub(integers);
        FloatVector f =
                bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(floats(V_ONE));
        // Not in a method of its own, as below: where that is not inlined, f, n and the result become objects.
        FloatVector s = f.div(f.add(floats(V_TWO)));
        FloatVector z = s.mul(s);
        FloatVector series =
                floats(V_L3).fma(z, floats(V_L2)).fma(z, floats(V_L1)).mul(z);
        FloatVector minusHalf = f.mul(f).mul(floats(V_MINUS_HALF));
        FloatVector rest = s.fma(series.sub(minusHalf), minusHalf);
        FloatVector ln = n.fma(floats(V_LN2_HIGH), f.add(n.fma(floats(V_LN2_LOW), rest)));
        return ln.blend(floats(V_MINUS_INFINITY), x.compare(EQ, floats(V_ZERO)))
                .blend(floats(V_INFINITY), x.compare(EQ, floats(V_INFINITY)))
                .blend(floats(V_NAN), x.compare(GE, floats(V_ZERO)).not());
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
     * GELU in its tanh form, x/2 · (1 + tanh u) = x / (1 + e^(-2u)), u = √(2/π) (x + 0.044715 x³); off by at most
     * 1.2e-7 of x. NaN for -∞.
     */
    static FloatVector gelu(FloatVector x) {
        return x.div(geluDivisor(geluClamp(x)));
    }

    /** The same for one number. */
    static float gelu(float x) {
        return x / geluDivisor(geluClamp(x));
    }

    /** 1 + e^(-2u) = 1 + 2ᵗ of a clamped x. */
    static FloatVector geluDivisor(FloatVector x) {
        return onePlusPower(x.mul(x).fma(floats(V_G3), floats(V_G1)).mul(x));
    }

    /** The same for one number. */
    static float geluDivisor(float x) {
        return onePlusPower(Math.fma(x * x, G3, G1) * x);
    }

    /** 1 + 2ᵗ = 1 + 2ⁿ · 2ʳ for t from -125 to 128, where it is infinite. */
    private static FloatVector onePlusPower(FloatVector t) {
        FloatVector shifted = t.add(floats(V_INTEGERS));
        FloatVector r = t.sub(shifted.sub(floats(V_INTEGERS)));
        FloatVector p = floats(V_P5)
                .fma(r, floats(V_P4))
                .fma(r, floats(V_P3))
                .fma(r, floats(V_P2))
                .fma(r, floats(V_P1))
                .fma(r, floats(V_ONE));
        IntVector n = shifted.reinterpretAsInts().lanewise(LSHL, 23);
        return p.reinterpretAsInts().add(n).reinterpretAsFloats().add(floats(V_ONE));
    }

    /** The same for one number. */
    private static float onePlusPower(float t) {
        float shifted = t + INTEGERS;
        float r = t - (shifted - INTEGERS);
        float p = Math.fma(P5, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, P1);
        p = Math.fma(p, r, 1);
        int n = Float.floatToRawIntBits(shifted) << 23;
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + n) + 1;
    }

    /**
     * The derivative of {@link #gelu}, s + x · s · (1 - s) · 2 du/dx, s = 1 / (1 + e^(-2u)); off by at most 2e-6. 0 or
     * 1 for large x, be they infinite.
     */
    static FloatVector geluDerivative(FloatVector x) {
        FloatVector clamped = geluClamp(x);
        return geluSlope(clamped, geluDivisor(clamped));
    }

    /** The same for one number. */
    static float geluDerivative(float x) {
        float clamped = geluClamp(x);
        return geluSlope(clamped, geluDivisor(clamped));
    }

    /** {@link #geluDerivative} of a clamped x, from its {@link #geluDivisor}. */
    static FloatVector geluSlope(FloatVector x, FloatVector divisor) {
        FloatVector s = floats(V_ONE).div(divisor);
        FloatVector w = x.mul(x).fma(floats(V_W3), floats(V_W1)).mul(x);
        return floats(V_ONE).sub(s).mul(s).fma(w, s);
    }

    /** The same for one number. */
    static float geluSlope(float x, float divisor) {
        float s = 1 / divisor;
        float w = Math.fma(x * x, W3, W1) * x;
        return Math.fma((1 - s) * s, w, s);
    }

    /** x, or the nearest number at which GELU and its slope are still more than 0, x or 1; NaN stays NaN. */
    static FloatVector geluClamp(FloatVector x) {
        FloatVector raised = x.blend(floats(V_GELU_LOWEST), x.compare(LT, floats(V_GELU_LOWEST)));
        return raised.blend(floats(V_GELU_HIGHEST), raised.compare(GT, floats(V_GELU_HIGHEST)));
    }

    /** The same for one number. */
    static float geluClamp(float x) {
        return x < GELU_LOWEST ? GELU_LOWEST : x > GELU_HIGHEST ? GELU_HIGHEST : x;
    }

    /** SiLU, x · sigmoid(x) = x / (1 + e⁻ˣ), also known as swish; off by at most 1.2e-7 of x. NaN for -∞. */
    static FloatVector silu(FloatVector x) {
        return x.div(siluDivisor(siluClamp(x)));
    }

    /** The same for one number. */
    static float silu(float x) {
        return x / siluDivisor(siluClamp(x));
    }

    /** 1 + e⁻ˣ of a clamped x. */
    static FloatVector siluDivisor(FloatVector x) {
        return onePlusPower(x.mul(floats(V_MINUS_LOG2_E)));
    }

    /** The same for one number. */
    static float siluDivisor(float x) {
        return onePlusPower(x * -LOG2_E);
    }

    /**
     * The derivative of {@link #silu}, s + x · s · (1 - s), s = sigmoid(x), of a clamped x from its
     * {@link #siluDivisor}; off by at most 2e-6.
     */
    static FloatVector siluSlope(FloatVector x, FloatVector divisor) {
        FloatVector s = floats(V_ONE).div(divisor);
        return floats(V_ONE).sub(s).mul(s).fma(x, s);
    }

    /** The same for one number. */
    static float siluSlope(float x, float divisor) {
        float s = 1 / divisor;
        return Math.fma((1 - s) * s, x, s);
    }

    /** x, or the nearest number at which SiLU and its slope are still more than 0, x or 1; NaN stays NaN. */
    static FloatVector siluClamp(FloatVector x) {
        FloatVector raised = x.blend(floats(V_SILU_LOWEST), x.compare(LT, floats(V_SILU_LOWEST)));
        return raised.blend(floats(V_SILU_HIGHEST), raised.compare(GT, floats(V_SILU_HIGHEST)));
    }

    /** The same for one number. */
    static float siluClamp(float x) {
        return x < SILU_LOWEST ? SILU_LOWEST : x > SILU_HIGHEST ? SILU_HIGHEST : x;
    }

    private static IntVector broadcast(float value) {
        return FloatVector.broadcast(Lanes.SPECIES, value).reinterpretAsInts();
    }

    private static FloatVector floats(IntVector bits) {
        return bits.reinterpretAsFloats();
    }
}
