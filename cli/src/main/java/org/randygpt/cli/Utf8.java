package org.randygpt.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes to text, without guessing. */
final class Utf8 {
    private static final int BOM_BYTES = 3;

    private Utf8() {}

    /**
     * The text that bytes are in UTF-8, without a byte-order mark at the beginning.
     *
     * @param source what the message begins with
     * @throws BadInputException naming the first byte that belongs to no text
     */
    static String decode(String source, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (startsWithMark(bytes)) {
            in.position(BOM_BYTES);
        }
        CharBuffer out = CharBuffer.allocate(in.remaining());
        CoderResult result = decoder.decode(in, out, true);
        int end = in.position();
        for (int i = 0; i < end; i++) {
            if (bytes[i] == 0) {
                throw new BadInputException("%s: byte %d is 0, so this is no text".formatted(source, i));
            }
        }
        if (result.isError()) {
            throw new BadInputException(
                    "%s: byte %d (0x%02X) is not UTF-8; convert the text first, for example with: iconv -f %s -t UTF-8"
                            .formatted(source, end, bytes[end], startsAsUtf16(bytes) ? "UTF-16" : "LATIN1"));
        }
        return out.flip().toString();
    }

    /** With either order of the bytes of U+FEFF. */
    private static boolean startsAsUtf16(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] & bytes[1] & 0xFE) == 0xFE && bytes[0] != bytes[1];
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= BOM_BYTES
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF;
    }
}
