package org.randygpt.train.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads event files after their specification, with a CRC-32C of its own, and throws at whatever is wrong in one. */
final class EventReader {
    private static final int REVERSED_POLYNOMIAL = 0x82F63B78;

    private EventReader() {}

    /**
     * An event.
     *
     * @param version empty but in the first
     * @param session the status of a session's log, or 0
     */
    record Event(double wallTime, long step, String version, long session, Map<String, Float> values) {}

    static List<Event> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = take(in, 8);
            require(in.getInt(), masked(crc32c(length)));
            byte[] message = take(in, (int)
                    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            require(in.getInt(), masked(crc32c(message)));
            events.add(event(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)));
        }
        return events;
    }

    /** Bit by bit, as in RFC 3720. */
    static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ (crc & 1) * REVERSED_POLYNOMIAL;
            }
        }
        return ~crc;
    }

    private static int masked(int crc) {
        return Integer.rotateRight(crc, 15) + 0xa282ead8;
    }

    private static void require(int found, int wanted) {
        if (found != wanted) {
            throw new AssertionError("the checksum is %08x and must be %08x".formatted(found, wanted));
        }
    }

    private static Event event(ByteBuffer in) {
        double wallTime = 0;
        long step = 0;
        String version = "";
        long session = 0;
        Map<String, Float> values = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            switch (key) {
                case 1 << 3 | 1 -> wallTime = in.getDouble();
                case 2 << 3 -> step = varint(in);
                case 3 << 3 | 2 -> version = text(in);
                case 5 << 3 | 2 -> summary(inner(in), values);
                case 7 << 3 | 2 -> {
                    ByteBuffer log = inner(in);
                    require((int) varint(log), 1 << 3);
                    session = varint(log);
                }
                default -> throw new AssertionError("key " + key);
            }
        }
        return new Event(wallTime, step, version, session, values);
    }

    private static void summary(ByteBuffer in, Map<String, Float> values) {
        while (in.hasRemaining()) {
            require((int) varint(in), 1 << 3 | 2);
            ByteBuffer value = inner(in);
            require((int) varint(value), 1 << 3 | 2);
            String tag = text(value);
            require((int) varint(value), 2 << 3 | 5);
            values.put(tag, value.getFloat());
            require(value.remaining(), 0);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static String text(ByteBuffer in) {
        return new String(take(in, (int) varint(in)), StandardCharsets.UTF_8);
    }

    private static ByteBuffer inner(ByteBuffer in) {
        return ByteBuffer.wrap(take(in, (int) varint(in))).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }
}
