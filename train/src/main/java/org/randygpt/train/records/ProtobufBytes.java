package org.randygpt.train.records;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The few kinds of protobuf's fields that events have (protobuf.dev/programming-guides/encoding). */
final class ProtobufBytes {
    private static final int VARIABLE = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int WITH_LENGTH = 2;
    private static final int FOUR_BYTES = 5;
    private static final int KIND_BITS = 3;
    private static final int GROUP_BITS = 7;
    private static final int GROUP = (1 << GROUP_BITS) - 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds an integer or an enum's value, at least 0. */
    ProtobufBytes whole(int field, long value) {
        key(field, VARIABLE);
        variable(value);
        return this;
    }

    /** Adds a double. */
    ProtobufBytes number(int field, double value) {
        key(field, EIGHT_BYTES);
        bytes.writeBytes(ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
        return this;
    }

    /** Adds a float. */
    ProtobufBytes number(int field, float value) {
        key(field, FOUR_BYTES);
        bytes.writeBytes(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
        return this;
    }

    ProtobufBytes text(int field, String value) {
        return withLength(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufBytes message(int field, ProtobufBytes value) {
        return withLength(field, value.toByteArray());
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private ProtobufBytes withLength(int field, byte[] value) {
        key(field, WITH_LENGTH);
        variable(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void key(int field, int kind) {
        variable((long) field << KIND_BITS | kind);
    }

    private void variable(long value) {
        long rest = value;
        for (; rest > GROUP; rest >>>= GROUP_BITS) {
            bytes.write((int) (rest & GROUP) | 1 << GROUP_BITS);
        }
        bytes.write((int) rest);
    }
}
