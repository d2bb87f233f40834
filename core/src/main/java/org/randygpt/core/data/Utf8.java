package org.randygpt.core.data;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What is UTF-8 and what is not: no surrogates, nothing longer than it need be, nothing above U+10FFFF. */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = ONES << 7;
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    /** A text in which U+FFFD stands for what was no UTF-8, and how often. */
    record Replaced(byte[] text, long count) {}

    private Utf8() {}

    /** Where the first byte is that begins no character, or the length. */
    static int firstInvalid(byte[] text, int from) {
        int at = from;
        while (at < text.length) {
            if (at + Long.BYTES <= text.length && ((long) LONGS.get(text, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            } else if (text[at] >= 0) {
                at++;
            } else {
                int length = length(text, at);
                if (length < 0) {
                    return at;
                }
                at += length;
            }
        }
        return at;
    }

    /** Puts U+FFFD in the place of what is no UTF-8, as often as Java's decoder does. */
    static Replaced replace(byte[] text) {
        int invalid = firstInvalid(text, 0);
        if (invalid == text.length) {
            return new Replaced(text, 0);
        }
        ByteArrayOutputStream valid = new ByteArrayOutputStream(text.length + REPLACEMENT.length);
        long count = 0;
        int from = 0;
        while (invalid < text.length) {
            valid.write(text, from, invalid - from);
            valid.writeBytes(REPLACEMENT);
            count++;
            from = invalid - length(text, invalid);
            invalid = firstInvalid(text, from);
        }
        valid.write(text, from, text.length - from);
        return new Replaced(valid.toByteArray(), count);
    }

    /** Whether a byte is one after the first of a character. */
    static boolean isContinuation(byte unit) {
        return (unit & 0xC0) == 0x80;
    }

    /**
     * Whether eight bytes are there from one on, and all are ASCII, neither control characters nor a less-than sign.
     */
    static boolean isPlain(byte[] text, int at) {
        if (at + Long.BYTES > text.length) {
            return false;
        }
        long eight = (long) LONGS.get(text, at);
        // Subtracting carries into a high bit where a byte is too small, and at most in more places than it must.
        long odd = eight | eight - ONES * ' ' | zeros(eight ^ ONES * '<') | zeros(eight ^ ONES * 0x7F);
        return (odd & HIGH_BITS) == 0;
    }

    private static long zeros(long eight) {
        return eight - ONES & ~eight;
    }

    /**
     * How many bytes the character has that begins with a byte above ASCII; where none does, minus the number of bytes
     * that Java's decoder gives one replacement for.
     */
    private static int length(byte[] text, int at) {
        int first = text[at] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return -1;
        }
        int second = at + 1 < text.length ? text[at + 1] & 0xFF : 0;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return -1;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        for (int i = 2; i < length; i++) {
            if (at + i >= text.length || !isContinuation(text[at + i])) {
                return -i;
            }
        }
        boolean isSurrogate = first == 0xED && second >= 0xA0;
        return isSurrogate ? -length : length;
    }
}
