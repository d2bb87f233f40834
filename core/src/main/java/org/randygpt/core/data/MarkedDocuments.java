package org.randygpt.core.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.randygpt.core.data.TextSettings.Newlines;

/**
 * Where documents are in a block of clean text, between lines that are markers.
 *
 * @param kept starts and ends of what is not such lines, in turn
 * @param ends of documents, counted in what is kept
 */
record MarkedDocuments(byte[] clean, int[] kept, int[] ends) {

    /** Those of a block. */
    static MarkedDocuments of(byte[] clean, RawBlock raw) {
        IntStream.Builder kept = IntStream.builder();
        IntStream.Builder ends = IntStream.builder();
        boolean isOpen = raw.documentOpen();
        int length = 0;
        int from = 0;
        for (int marker = EndOfText.next(clean, 0); marker < clean.length; ) {
            int lineEnd = lineEnd(clean, EndOfText.end(marker), raw.isLast());
            boolean isLine = lineEnd >= 0 && EndOfText.startsLine(clean, marker, raw.startsLine(), Newlines.KEEP);
            if (isLine) {
                kept.add(from).add(marker);
                length += marker - from;
                if (isOpen || marker > from) {
                    ends.add(length);
                }
                isOpen = false;
                from = lineEnd;
            }
            marker = EndOfText.next(clean, isLine ? lineEnd : EndOfText.end(marker));
        }
        kept.add(from).add(clean.length);
        length += clean.length - from;
        if (raw.isLast() && (isOpen || from < clean.length)) {
            ends.add(length);
        }
        return new MarkedDocuments(clean, kept.build().toArray(), ends.build().toArray());
    }

    /** What is kept. */
    byte[] text() {
        if (kept.length == 2 && kept[0] == 0) {
            return clean;
        }
        byte[] text = new byte[clean.length];
        int length = 0;
        for (int i = 0; i < kept.length; i += 2) {
            System.arraycopy(clean, kept[i], text, length, kept[i + 1] - kept[i]);
            length += kept[i + 1] - kept[i];
        }
        return Arrays.copyOf(text, length);
    }

    /** Where in the clean text a byte of what is kept is. */
    int origin(int offset) {
        int left = offset;
        for (int i = 0; i < kept.length; i += 2) {
            int length = kept[i + 1] - kept[i];
            if (left < length) {
                return kept[i] + left;
            }
            left -= length;
        }
        return clean.length;
    }

    /** Behind the newline of a line of which nothing or a carriage return is left; -1 when more is. */
    private static int lineEnd(byte[] text, int at, boolean endsFile) {
        int end = at + (at < text.length && text[at] == '\r' ? 1 : 0);
        if (end == text.length) {
            return endsFile ? end : -1;
        }
        return text[end] == '\n' ? end + 1 : -1;
    }
}
