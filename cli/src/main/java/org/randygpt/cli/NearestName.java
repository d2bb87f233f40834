package org.randygpt.cli;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Guesses which name a mistyped one stands for. */
final class NearestName {

    private NearestName() {}

    /** The known name that takes the fewest changes to reach, or null when there is none. */
    static @Nullable String of(String mistyped, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> changes(mistyped, name)))
                .orElse(null);
    }

    /** Characters to add, delete or replace: Levenshtein's distance, by rows of its table. */
    static int changes(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
