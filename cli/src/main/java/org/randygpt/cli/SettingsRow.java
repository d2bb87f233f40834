package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What in a run is not as usual, and where it comes from, for the run's header. */
final class SettingsRow {
    /** The origin of what the command line gives. */
    static final String OPTION = "option";
    /** The origin of what a run has from its beginning. */
    static final String OF_THE_RUN = "of the run";

    private static final int COLUMNS = 83;

    private SettingsRow() {}

    /**
     * The lines of the row, options last; none where all is as usual.
     *
     * @param unusual values by option
     * @param origin of each option
     */
    static List<String> lines(SequencedMap<String, Object> unusual, UnaryOperator<String> origin) {
        SortedMap<String, List<String>> groups =
                new TreeMap<>((a, b) -> rank(a) == rank(b) ? a.compareTo(b) : Integer.compare(rank(a), rank(b)));
        unusual.forEach((option, value) -> groups.computeIfAbsent(origin.apply(option), _ -> new ArrayList<>())
                .add(option.substring(2) + " " + shown(value)));
        return wrapped(groups.entrySet().stream()
                .map(group -> label(group.getKey()) + ": " + String.join(", ", group.getValue()))
                .collect(Collectors.joining("; ")));
    }

    private static int rank(String origin) {
        return origin.startsWith("preset ") ? 0 : origin.equals(OPTION) ? 2 : 1;
    }

    private static String label(String origin) {
        if (origin.equals(OPTION)) {
            return "options";
        }
        return rank(origin) == 0 || origin.equals(OF_THE_RUN) ? origin : "from " + origin;
    }

    private static String shown(Object value) {
        return switch (value) {
            case Float number -> Formats.number(number);
            case List<?> list -> list.stream().map(Choices::shown).collect(Collectors.joining(","));
            default -> Choices.shown(value);
        };
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String setting : text.split("(?<=[,;]) ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + setting.length() > COLUMNS) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(setting);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
