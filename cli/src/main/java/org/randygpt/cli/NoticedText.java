package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.data.TextCounts;

/** Says what is odd about a text. */
final class NoticedText {
    /** One in so many. */
    private static final int MANY = 4;

    private NoticedText() {}

    /** A sentence's worth, or nothing when nothing is odd. */
    static String of(TextCounts counts) {
        List<String> noticed = new ArrayList<>();
        add(noticed, counts.nul(), "NUL character", "");
        add(noticed, counts.control(), "other control character", "");
        add(noticed, counts.replaced(), "place", " with invalid bytes, replaced by U+FFFD");
        add(noticed, counts.byteOrderMarks(), "byte-order mark", ", removed");
        add(noticed, counts.markers(), "<|endoftext|>", " within a line, which is text there");
        if (counts.nul() > counts.characters() / MANY) {
            noticed.add("so many NUL characters are in text of UTF-16; try --encoding UTF-16LE or UTF-16BE");
        }
        return String.join("; ", noticed);
    }

    private static void add(List<String> noticed, long count, String thing, String more) {
        if (count > 0) {
            noticed.add(Formats.count(count, thing) + more);
        }
    }
}
