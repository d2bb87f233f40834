package org.randygpt.core.gguf;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** What the elements of a tensor are stored as, of the types that are not quantized. */
public enum TensorType {
    /** 32-bit floats: exactly what was learnt. */
    F32(0, 0),
    /** Halves: 11 significant bits, up to 65,504. */
    F16(1, 1),
    /** The upper half of 32-bit floats: 8 significant bits. */
    BF16(30, 32);

    /** Names of the types of ggml.h by their numbers, to say which one cannot be read. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(2, "Q4_0"),
            Map.entry(3, "Q4_1"),
            Map.entry(6, "Q5_0"),
            Map.entry(7, "Q5_1"),
            Map.entry(8, "Q8_0"),
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(12, "Q4_K"),
            Map.entry(13, "Q5_K"),
            Map.entry(14, "Q6_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(24, "I8"),
            Map.entry(25, "I16"),
            Map.entry(26, "I32"),
            Map.entry(27, "I64"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(39, "MXFP4"));

    private final int number;
    private final int fileType;

    TensorType(int number, int fileType) {
        this.number = number;
        this.fileType = fileType;
    }

    /** What stands for the type in a file. */
    int number() {
        return number;
    }

    /** What stands for a file whose matrices are of the type, in {@code general.file_type}. */
    int fileType() {
        return fileType;
    }

    /** Bytes of an element. */
    int bytes() {
        return this == F32 ? Float.BYTES : Short.BYTES;
    }

    static Optional<TensorType> of(int number) {
        for (TensorType type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The name of any type. */
    static String name(int number) {
        return of(number).map(TensorType::name).orElseGet(() -> OTHERS.getOrDefault(number, "number " + number));
    }

    /** Appends the nearest value that the type has; of two, the even one. What is too large becomes infinite. */
    void put(ByteBuffer bytes, float value) {
        switch (this) {
            case F32 -> bytes.putFloat(value);
            case F16 -> bytes.putShort(Float.floatToFloat16(value));
            case BF16 -> bytes.putShort(upperHalf(value));
        }
    }

    /** The next value. */
    float get(ByteBuffer bytes) {
        return switch (this) {
            case F32 -> bytes.getFloat();
            case F16 -> Float.float16ToFloat(bytes.getShort());
            case BF16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
        };
    }

    /** Whether a finite value stays finite. */
    boolean holds(float value) {
        return switch (this) {
            case F32 -> true;
            case F16 -> Float.isFinite(Float.float16ToFloat(Float.floatToFloat16(value)));
            case BF16 -> Float.isFinite(Float.intBitsToFloat(upperHalf(value) << Short.SIZE));
        };
    }

    private static short upperHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        // Half of what is cut off, or a little less where the rest is even.
        int rounding = 0x7FFF + (bits >>> Short.SIZE & 1);
        return (short) (bits + rounding >>> Short.SIZE);
    }
}
