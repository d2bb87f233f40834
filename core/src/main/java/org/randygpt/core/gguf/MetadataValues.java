package org.randygpt.core.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Values of keys as bytes. */
final class MetadataValues {
    private static final int INT8 = 1;
    private static final int UINT8 = 0;
    private static final int UINT16 = 2;
    private static final int INT16 = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int UINT64 = 10;
    private static final int INT64 = 11;
    private static final int FLOAT64 = 12;

    private static final int LONGEST_TEXT = 1 << 26;
    // More than any vocabulary has.
    private static final int MOST_ELEMENTS = 1 << 24;

    private MetadataValues() {}

    /** A value after its type. */
    static Object read(ByteReader in, String what) throws IOException {
        int type = in.int32("the type of " + what);
        return type == ARRAY ? array(in, what) : scalar(in, type, what);
    }

    private static List<Object> array(ByteReader in, String what) throws IOException {
        int type = in.int32("the type of " + what);
        int count = in.count("the number of elements of " + what, leastBytes(in, type, what), MOST_ELEMENTS);
        List<Object> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(scalar(in, type, what));
        }
        return elements;
    }

    private static Object scalar(ByteReader in, int type, String what) throws IOException {
        return switch (type) {
            case UINT8 -> (long) (in.int8(what) & 0xFF);
            case INT8 -> (long) in.int8(what);
            case UINT16 -> (long) (in.int16(what) & 0xFFFF);
            case INT16 -> (long) in.int16(what);
            case UINT32 -> Integer.toUnsignedLong(in.int32(what));
            case INT32 -> (long) in.int32(what);
            // Of numbers from 2⁶³ on nobody has need: they show as negative ones, and are refused where they matter.
            case UINT64, INT64 -> in.int64(what);
            case FLOAT32 -> Float.intBitsToFloat(in.int32(what));
            case FLOAT64 -> Double.longBitsToDouble(in.int64(what));
            case BOOL -> truth(in, what);
            case STRING -> in.text(what, LONGEST_TEXT);
            default -> throw unknown(in, type, what);
        };
    }

    private static boolean truth(ByteReader in, String what) throws IOException {
        long at = in.at();
        int value = in.int8(what);
        if (value != 0 && value != 1) {
            throw in.problem(at, "%s is %d; true is 1 and false 0".formatted(what, value));
        }
        return value == 1;
    }

    private static int leastBytes(ByteReader in, int type, String what) throws IOException {
        return switch (type) {
            case UINT8, INT8, BOOL -> Byte.BYTES;
            case UINT16, INT16 -> Short.BYTES;
            case UINT32, INT32, FLOAT32 -> Integer.BYTES;
            case UINT64, INT64, FLOAT64, STRING -> Long.BYTES;
            default -> throw unknown(in, type, what);
        };
    }

    private static IOException unknown(ByteReader in, int type, String what) {
        return in.problem(
                in.at() - Integer.BYTES,
                type == ARRAY
                        ? "%s is a list of lists, which cannot be read".formatted(what)
                        : "%s is of the unknown type %s; they run from %d to %d; the file is damaged"
                                .formatted(what, Integer.toUnsignedString(type), UINT8, FLOAT64));
    }

    /** Appends a value after its type. Integers become unsigned of 32 bits alone, and signed ones in lists. */
    static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                writeInt(out, STRING);
                writeText(out, text);
            }
            case Integer number -> {
                writeInt(out, UINT32);
                writeInt(out, number);
            }
            case Float number -> {
                writeInt(out, FLOAT32);
                writeInt(out, Float.floatToRawIntBits(number));
            }
            case Boolean truth -> {
                writeInt(out, BOOL);
                out.write(truth ? 1 : 0);
            }
            case List<?> list -> writeArray(out, list);
            default -> throw new IllegalArgumentException("%s is of no type that is written".formatted(value));
        }
    }

    private static void writeArray(ByteArrayOutputStream out, List<?> list) {
        boolean numbers = !list.isEmpty() && list.getFirst() instanceof Integer;
        writeInt(out, ARRAY);
        writeInt(out, numbers ? INT32 : STRING);
        writeLong(out, list.size());
        for (Object element : list) {
            if (numbers) {
                writeInt(out, (Integer) element);
            } else {
                writeText(out, (String) element);
            }
        }
    }

    /** Appends a text in UTF-8 after its length. */
    static void writeText(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeLong(out, bytes.length);
        out.writeBytes(bytes);
    }

    static void writeInt(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    static void writeLong(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
