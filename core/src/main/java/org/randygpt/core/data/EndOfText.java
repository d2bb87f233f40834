package org.randygpt.core.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.randygpt.core.data.TextSettings.Newlines;

/** The marker that separates documents where it is all that a line holds. */
final class EndOfText {
    private static final byte[] MARKER = "<|endoftext|>".getBytes(StandardCharsets.US_ASCII);

    /** How many bytes a line with a marker has at most. */
    static final int LONGEST_LINE = MARKER.length + 2;

    private EndOfText() {}

    /** Where the next marker begins, or the length. */
    static int next(byte[] text, int from) {
        for (int at = from; at <= text.length - MARKER.length; at++) {
            if (Utf8.isPlain(text, at)) {
                at += Long.BYTES - 1;
            } else if (text[at] == '<' && startsAt(text, at)) {
                return at;
            }
        }
        return text.length;
    }

    /** Behind a marker. */
    static int end(int marker) {
        return marker + MARKER.length;
    }

    /** How many markers there are. */
    static long count(byte[] text) {
        long count = 0;
        for (int at = next(text, 0); at < text.length; at = next(text, end(at))) {
            count++;
        }
        return count;
    }

    /** The most bytes before a place that a marker begins with, or is. */
    static int begunBefore(byte[] text, int at) {
        for (int begun = Math.min(at, MARKER.length); begun > 0; begun--) {
            if (Arrays.equals(text, at - begun, at, MARKER, 0, begun)) {
                return begun;
            }
        }
        return 0;
    }

    /** Whether the last line of a text that begins a line, or does not, is a marker and has a newline. */
    static boolean endsText(byte[] text, boolean startsLine, Newlines newlines) {
        int end = text.length;
        end -= end > 0 && text[end - 1] == '\n' ? 1 : 0;
        boolean hasLineFeed = end < text.length;
        end -= end > 0 && text[end - 1] == '\r' ? 1 : 0;
        boolean hasNewline = newlines == Newlines.LF ? end < text.length : hasLineFeed;
        int start = end - MARKER.length;
        return hasNewline && start >= 0 && startsAt(text, start) && startsLine(text, start, startsLine, newlines);
    }

    /** Whether a line begins at a place of a text of which it is known for the first. */
    static boolean startsLine(byte[] text, int at, boolean atFirst, Newlines newlines) {
        if (at == 0) {
            return atFirst;
        }
        byte before = text[at - 1];
        return before == '\n' || before == '\r' && newlines == Newlines.LF;
    }

    private static boolean startsAt(byte[] text, int at) {
        return Arrays.equals(text, at, at + MARKER.length, MARKER, 0, MARKER.length);
    }
}
