package org.randygpt.core.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How the bytes of files become text.
 *
 * @param encoding what the bytes stand for, a byte-order mark apart, which is never text
 */
public record TextSettings(Charset encoding, OnInvalid onInvalid, Newlines newlines) {
    /** UTF-8, without tolerance for anything else, and newlines as they are. */
    public static final TextSettings USUAL = new TextSettings(StandardCharsets.UTF_8, OnInvalid.ERROR, Newlines.KEEP);

    /** What happens where bytes are no characters. */
    public enum OnInvalid {
        /** Reading ends with a message that names the place. */
        ERROR,
        /** U+FFFD stands for them, as many as Java's decoders write. */
        REPLACE
    }

    /** Which newlines the text has. */
    public enum Newlines {
        /** Those of the file. */
        KEEP,
        /** Line feeds: a carriage return with or without one becomes one. */
        LF;

        /** The text with these newlines; the same array where nothing changes. */
        byte[] apply(byte[] text) {
            int from = this == KEEP ? text.length : firstReturn(text);
            if (from == text.length) {
                return text;
            }
            byte[] changed = text.clone();
            int length = from;
            for (int at = from; at < text.length; at++) {
                boolean isReturn = text[at] == '\r';
                changed[length++] = isReturn ? (byte) '\n' : text[at];
                if (isReturn && at + 1 < text.length && text[at + 1] == '\n') {
                    at++;
                }
            }
            return length == text.length ? changed : Arrays.copyOf(changed, length);
        }

        private static int firstReturn(byte[] text) {
            int at = 0;
            while (at < text.length && text[at] != '\r') {
                at++;
            }
            return at;
        }
    }
}
