package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exponential, logarithm, GELU and SiLU over all floats, against {@link StrictMath} in double: its error is below one
 * unit of a double, 2⁻²⁹ of one of a float.
 */
class VectorMathTest {
    /** The walk takes every 761st bit pattern, 5.6 million of both signs and all magnitudes, NaN among them. */
    private static final int STRIDE = 761;

    private static final int CHUNK = 4096;

    /** Where a range ends or another formula begins; each is tried with both signs and with its neighbours. */
    private static final float[] EDGES = {
        0,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        0x1p-64f,
        0x1p-24f,
        0.34657359f, // ln 2 / 2
        0.70710678f,
        1,
        1.41421356f,
        5.1f,
        9,
        10.0609665f, // where GELU becomes zero
        18,
        87,
        87.33655f, // -ln of the smallest normal number
        88,
        88.72284f, // where SiLU becomes zero
        104,
        126.5f, // half way from the exponent of the smallest normal number
        127,
        1e15f,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NaN,
        Blocks.MARKED_NAN
    };

    private static final double GELU_SLOPE = Math.sqrt(2 / Math.PI);

    /** Where the exponential ends: softmax has no use for more than eˣ of x up to 0. */
    private static final float LARGEST_EXPONENT = 88;

    static Stream<Function> functions() {
        return Stream.of(
                new Function("exp", 1.02, VectorMathTest::exactExp, VectorMath::exp, VectorMathTest::exp),
                new Function(
                        "exp2 of -|x|",
                        2.2,
                        VectorMathTest::exp2OfMinus,
                        x -> VectorMath.exp2(-Math.abs(x)),
                        VectorMathTest::exp2OfMinus),
                new Function("log", 0.86, StrictMath::log, VectorMath::log, VectorMathTest::log));
    }

    static Stream<Function> everyFunction() {
        return Stream.concat(
                functions(),
                Stream.of(
                        new Function("gelu", 0, x -> x, VectorMath::gelu, VectorMathTest::gelu),
                        new Function("GELU's slope", 0, x -> x, VectorMath::geluDerivative, VectorMathTest::slope),
                        new Function("silu", 0, x -> x, VectorMath::silu, VectorMathTest::silu),
                        new Function("SiLU's slope", 0, x -> x, VectorMathTest::siluSlope, VectorMathTest::siluSlope)));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void theErrorStaysBelowItsBoundOverAllFloats(Function f) {
        overAllFloats(xs -> {
            for (float x : xs) {
                if (f.name.equals("exp") && x > LARGEST_EXPONENT) {
                    continue;
                }
                double exact = f.exact.applyAsDouble(x);
                float found = f.scalar.of(x);
                // Not "> bound": a NaN that is not expected must fail.
                if (!(error(exact, found) <= f.bound)) {
                    fail("%s(%s) gave %s instead of %s".formatted(f.name, x, found, exact));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("everyFunction")
    void theVectorFormHasTheBitsOfItsScalarTwin(Function f) {
        float[] found = new float[CHUNK];
        overAllFloats(xs -> {
            f.vectors.apply(xs, found);
            for (int i = 0; i < CHUNK; i++) {
                float expected = f.scalar.of(xs[i]);
                // All NaN are one.
                if (Float.floatToIntBits(expected) != Float.floatToIntBits(found[i])) {
                    fail("%s(%s) gave %s in a vector, %s alone".formatted(f.name, xs[i], found[i], expected));
                }
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "-Infinity, 0",
        "-3e38, 0",
        "-87.33656, 0",
        "-87.33654, 1.1754997e-38",
        "-0.0, 1",
        "0, 1",
        "88, 1.6516363e38",
        "NaN, NaN"
    })
    void theExponentialIsZeroWhereItIsNotNormal(float x, float expected) {
        assertEquals(expected, VectorMath.exp(x));
    }

    @ParameterizedTest
    @CsvSource({
        "-Infinity, NaN",
        "-1e-45, NaN",
        "-0.0, -Infinity",
        "0, -Infinity",
        "1.4e-45, -103.27893",
        "1, 0",
        "1.00000012, 1.19209282e-7",
        "0.99999994, -5.9604646e-8",
        "3.4028235e38, 88.72284",
        "Infinity, Infinity",
        "NaN, NaN"
    })
    void theLogarithmIsDefinedFromZeroToInfinityAndNoDigitsAreLostNearOne(float x, float expected) {
        assertEquals(expected, VectorMath.log(x));
    }

    @ParameterizedTest
    @ValueSource(floats = {10.07f, 100, 1e15f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
    void ofLargeNumbersGeluIsTheNumberOrZeroAndItsSlopeOneOrZero(float large) {
        assertEquals(large, VectorMath.gelu(large));
        assertEquals(1, VectorMath.geluDerivative(large));
        assertEquals(0, VectorMath.geluDerivative(-large));
        assertEquals(large < Float.POSITIVE_INFINITY ? -0f : Float.NaN, VectorMath.gelu(-large));
    }

    @Test
    void geluAndItsSlopeFollowTheirFormulas() {
        overAllFloats(xs -> {
            for (float x : xs) {
                if (Float.isInfinite(x)) {
                    continue;
                }
                double u = GELU_SLOPE * (x + 0.044715 * x * x * x);
                double sigmoid = 1 / (1 + StrictMath.exp(-2 * u));
                double rest = 1 / (1 + StrictMath.exp(2 * u));
                double inner = GELU_SLOPE * (1 + 3 * 0.044715 * x * x);
                double slope = sigmoid + (rest == 0 || sigmoid == 0 ? 0 : x * sigmoid * rest * 2 * inner);
                float gelu = VectorMath.gelu(x);
                float foundSlope = VectorMath.geluDerivative(x);
                if (Float.isNaN(x)) {
                    assertTrue(Float.isNaN(gelu) && Float.isNaN(foundSlope));
                } else if (!(Math.abs(x * sigmoid - gelu) <= 1.2e-7 * Math.abs(x) + Float.MIN_VALUE)
                        || !(Math.abs(slope - foundSlope) <= 2e-6)) {
                    fail("GELU of %s is %s, slope %s".formatted(x, gelu, foundSlope));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(floats = {88.72285f, 100, 1e15f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
    void ofLargeNumbersSiluIsTheNumberOrZeroAndItsSlopeOneOrZero(float large) {
        assertEquals(large, VectorMath.silu(large));
        assertEquals(1, siluSlope(large));
        assertEquals(0, siluSlope(-large));
        assertEquals(large < Float.POSITIVE_INFINITY ? -0f : Float.NaN, VectorMath.silu(-large));
    }

    @Test
    void siluAndItsSlopeFollowTheirFormulas() {
        overAllFloats(xs -> {
            for (float x : xs) {
                if (Float.isInfinite(x)) {
                    continue;
                }
                double sigmoid = 1 / (1 + StrictMath.exp(-x));
                double rest = 1 / (1 + StrictMath.exp(x));
                double slope = sigmoid + (rest == 0 || sigmoid == 0 ? 0 : x * sigmoid * rest);
                float silu = VectorMath.silu(x);
                float foundSlope = siluSlope(x);
                if (Float.isNaN(x)) {
                    assertTrue(Float.isNaN(silu) && Float.isNaN(foundSlope));
                } else if (!(Math.abs(x * sigmoid - silu) <= 1.2e-7 * Math.abs(x) + Float.MIN_VALUE)
                        || !(Math.abs(slope - foundSlope) <= 2e-6)) {
                    fail("SiLU of %s is %s, slope %s".formatted(x, silu, foundSlope));
                }
            }
        });
    }

    /** Chunks of all magnitudes, then one that has the edges. */
    private static void overAllFloats(Consumer<float[]> check) {
        float[] xs = new float[CHUNK];
        for (long bits = 0; bits < 1L << 32; ) {
            for (int i = 0; i < CHUNK; i++) {
                xs[i] = Float.intBitsToFloat((int) bits);
                bits += STRIDE;
            }
            check.accept(xs);
        }
        int at = 0;
        for (float edge : EDGES) {
            for (float x : new float[] {Math.nextDown(edge), edge, Math.nextUp(edge)}) {
                xs[at++] = x;
                xs[at++] = -x;
            }
        }
        check.accept(xs);
    }

    /** In units of the distance between floats at the exact result, with 2¹²⁸ for infinity. */
    private static double error(double exact, float found) {
        if (Double.isNaN(exact) || Double.isInfinite(exact)) {
            return Double.compare(exact, found) == 0 ? 0 : Double.NaN;
        }
        double largest = Math.clamp(exact, -0x1p128, 0x1p128);
        double unit = Math.ulp((float) Math.clamp(exact, -Float.MAX_VALUE, Float.MAX_VALUE));
        return Math.abs(Math.clamp((double) found, -0x1p128, 0x1p128) - largest) / unit;
    }

    /** Subnormal results are zero. */
    private static double exactExp(double x) {
        double exact = StrictMath.exp(x);
        return (float) x < -87.33655f ? 0 : exact;
    }

    private static void exp(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, xs, i)).intoArray(out, i);
        }
    }

    private static double exp2OfMinus(double x) {
        return Math.abs(x) >= 126.5 ? 0 : StrictMath.pow(2, -Math.abs(x));
    }

    private static void exp2OfMinus(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.exp2(FloatVector.fromArray(SPECIES, xs, i).abs().neg()).intoArray(out, i);
        }
    }

    private static void log(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.log(FloatVector.fromArray(SPECIES, xs, i)).intoArray(out, i);
        }
    }

    private static void gelu(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.gelu(FloatVector.fromArray(SPECIES, xs, i)).intoArray(out, i);
        }
    }

    private static void slope(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.geluDerivative(FloatVector.fromArray(SPECIES, xs, i)).intoArray(out, i);
        }
    }

    private static void silu(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            VectorMath.silu(FloatVector.fromArray(SPECIES, xs, i)).intoArray(out, i);
        }
    }

    private static float siluSlope(float x) {
        float clamped = VectorMath.siluClamp(x);
        return VectorMath.siluSlope(clamped, VectorMath.siluDivisor(clamped));
    }

    private static void siluSlope(float[] xs, float[] out) {
        for (int i = 0; i < xs.length; i += LENGTH) {
            FloatVector clamped = VectorMath.siluClamp(FloatVector.fromArray(SPECIES, xs, i));
            VectorMath.siluSlope(clamped, VectorMath.siluDivisor(clamped)).intoArray(out, i);
        }
    }

    /** A function of VectorMath in its forms; the vector form on whole arrays, so that its loop is compiled well. */
    record Function(String name, double bound, DoubleUnaryOperator exact, Scalar scalar, Vectors vectors) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Scalar {
        float of(float x);
    }

    interface Vectors {
        void apply(float[] xs, float[] out);
    }
}
