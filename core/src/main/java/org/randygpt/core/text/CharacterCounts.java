package org.randygpt.core.text;

import java.util.SortedMap;
import java.util.TreeMap;

/** How often each character stands in some texts; for one thread. */
public final class CharacterCounts {
    private final long[] ascii = new long[0x80];
    private final SortedMap<Integer, long[]> others = new TreeMap<>();

    /** Counts of no text yet. */
    public CharacterCounts() {}

    /** Counts the characters of a text in UTF-8. */
    public void add(byte[] text) {
        for (int at = 0; at < text.length; ) {
            if (text[at] >= 0) {
                ascii[text[at++]]++;
            } else {
                int length = Characters.length(Characters.at(text, at));
                others.computeIfAbsent(Characters.point(text, at, length), _ -> new long[1])[0]++;
                at += length;
            }
        }
    }

    /** Adds those of other texts. */
    public void add(CharacterCounts counts) {
        for (int character = 0; character < ascii.length; character++) {
            ascii[character] += counts.ascii[character];
        }
        counts.others.forEach((point, count) -> others.computeIfAbsent(point, _ -> new long[1])[0] += count[0]);
    }

    /** The counts of those that there are, by code point, in ascending order. */
    public SortedMap<Integer, Long> byCodePoint() {
        SortedMap<Integer, Long> counts = new TreeMap<>();
        for (int character = 0; character < ascii.length; character++) {
            if (ascii[character] > 0) {
                counts.put(character, ascii[character]);
            }
        }
        others.forEach((point, count) -> counts.put(point, count[0]));
        return counts;
    }
}
