package org.randygpt.core.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a file may begin with to tell its encoding, and is no text.
 *
 * @param encoding of a file that begins with it
 */
record ByteOrderMark(Charset encoding, byte[] bytes) {
    /** The longest has so many bytes. */
    static final int LONGEST = 4;

    private static final List<ByteOrderMark> ALL = List.of(
            of(StandardCharsets.UTF_8, "EFBBBF"),
            of(StandardCharsets.UTF_16BE, "FEFF"),
            of(StandardCharsets.UTF_16LE, "FFFE"),
            of(StandardCharsets.UTF_32BE, "0000FEFF"),
            of(StandardCharsets.UTF_32LE, "FFFE0000"));

    /** The mark of an encoding that a file begins with, or one without bytes. UTF-16 has those of both orders. */
    static ByteOrderMark find(Charset encoding, byte[] first) {
        for (ByteOrderMark mark : ALL) {
            if (mark.encoding.name().startsWith(encoding.name()) && mark.begins(first)) {
                return mark;
            }
        }
        return new ByteOrderMark(encoding, new byte[0]);
    }

    /** Whether a file that begins so has a mark of UTF-16. */
    static boolean isUtf16(byte[] first) {
        return find(StandardCharsets.UTF_16, first).bytes.length > 0;
    }

    private boolean begins(byte[] first) {
        return first.length >= bytes.length && Arrays.equals(first, 0, bytes.length, bytes, 0, bytes.length);
    }

    private static ByteOrderMark of(Charset encoding, String hex) {
        return new ByteOrderMark(encoding, HexFormat.of().parseHex(hex));
    }
}
