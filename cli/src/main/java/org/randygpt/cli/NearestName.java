package org.randygpt.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Guesses which name a mistyped one stands for. */
final class NearestName {
    private static final int CHARACTERS_FOR_A_CHANGE = 3;

    private NearestName() {}

    /**
     * The known name that takes the fewest changes to reach, or null when none takes at most one for every three
     * characters: then it is the only one that begins so, or none of them that was meant.
     */
    static @Nullable String of(String mistyped, Collection<String> known) {
        int most = mistyped.replaceFirst("^-+", "").length() / CHARACTERS_FOR_A_CHANGE;
        return known.stream()
                .filter(name -> changes(mistyped, name) <= most)
                .min(Comparator.comparingInt(name -> changes(mistyped, name)))
                .orElseGet(() -> onlyOneThatBegins(mistyped, known));
    }

    private static @Nullable String onlyOneThatBegins(String start, Collection<String> known) {
        List<String> found =
                known.stream().filter(name -> name.startsWith(start)).distinct().toList();
        return found.size() == 1 && start.length() >= CHARACTERS_FOR_A_CHANGE ? found.getFirst() : null;
    }

    /** Characters to add, delete, replace or swap with the next: optimal string alignment. */
    static int changes(String from, String to) {
        int[][] table = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : fewest(table, from, to, i, j);
            }
        }
        return table[from.length()][to.length()];
    }

    private static int fewest(int[][] table, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int changes = Math.min(table[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(changes, table[i - 2][j - 2] + 1) : changes;
    }
}
