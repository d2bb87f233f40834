package org.randygpt.core.data;

import java.io.IOException;
import org.randygpt.core.data.TextSettings.Newlines;

/** Line and column, in characters, of the end of what was passed; both begin with 1. */
final class TextPlace {
    private final Newlines newlines;
    private long line = 1;
    private long column = 1;
    private boolean isAfterReturn;

    /** The beginning of a text whose carriage returns are newlines, or are not. */
    TextPlace(Newlines newlines) {
        this.newlines = newlines;
    }

    /** The place of a byte of a file's text, found by reading up to it. */
    static TextPlace find(DataFile file, TextSettings settings, long offset) throws IOException {
        TextPlace place = beginning(file, settings);
        byte[] buffer = new byte[1 << 16];
        try (TextBytes text = new TextBytes(file, settings)) {
            long left = offset;
            while (left > 0) {
                int count = text.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count == 0) {
                    throw new IOException("%s: changed while it was read".formatted(file.name()));
                }
                place.pass(buffer, 0, count);
                left -= count;
            }
        }
        return place;
    }

    /** The beginning of a file; records end with line feeds whatever newlines their texts have. */
    static TextPlace beginning(DataFile file, TextSettings settings) {
        return new TextPlace(file.format() == DataFile.Format.JSON_LINES ? Newlines.KEEP : settings.newlines());
    }

    /** Goes on behind some bytes. */
    void pass(byte[] text, int from, int to) {
        for (int at = from; at < to; at++) {
            byte unit = text[at];
            boolean isReturn = unit == '\r' && newlines == Newlines.LF;
            if (unit == '\n' || isReturn) {
                line += unit == '\n' && isAfterReturn ? 0 : 1;
                column = 1;
            } else if (!Utf8.isContinuation(unit)) {
                column++;
            }
            isAfterReturn = isReturn;
        }
    }

    long line() {
        return line;
    }

    long column() {
        return column;
    }
}
