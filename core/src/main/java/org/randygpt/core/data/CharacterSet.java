package org.randygpt.core.data;

import java.io.IOException;
import org.randygpt.core.text.CharacterCounts;

/** The different characters of texts. */
public final class CharacterSet {
    private CharacterSet() {}

    /** Of everything that a reader reads: code points in ascending order. */
    public static int[] of(DocumentReader reader) throws IOException {
        CharacterCounts all = new CharacterCounts();
        reader.read(
                block -> {
                    CharacterCounts counts = new CharacterCounts();
                    counts.add(block.text());
                    return counts;
                },
                (_, counts) -> all.add(counts));
        return all.byCodePoint().keySet().stream().mapToInt(Integer::intValue).toArray();
    }
}
