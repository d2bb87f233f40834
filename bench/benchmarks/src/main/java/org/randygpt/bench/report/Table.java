package org.randygpt.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Figures of several subjects beside each other.
 *
 * @param columns names of the columns after the first, which says what is compared
 * @param lines what is compared, and then a figure for each column
 */
record Table(List<String> columns, List<List<String>> lines) {

    /** For a terminal: columns as wide as their widest entry. */
    String text() {
        List<List<String>> all = new ArrayList<>(List.of(heading()));
        all.addAll(lines);
        int[] widths = IntStream.range(0, columns.size() + 1)
                .map(column -> all.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> line : all) {
            text.append("  ")
                    .append(line.getFirst())
                    .append(" ".repeat(widths[0] - line.getFirst().length()));
            for (int i = 1; i < line.size(); i++) {
                text.append("   ")
                        .append(" ".repeat(widths[i] - line.get(i).length()))
                        .append(line.get(i));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    private List<String> heading() {
        List<String> heading = new ArrayList<>(List.of(""));
        heading.addAll(columns);
        return heading;
    }

    /** For a page in Markdown. */
    String markdown() {
        return "\n| | %s |\n|---|%s\n%s"
                .formatted(
                        String.join(" | ", columns),
                        "---:|".repeat(columns.size()),
                        lines.stream()
                                .map(line -> "| %s |\n".formatted(String.join(" | ", line)))
                                .collect(Collectors.joining()));
    }

    /** The table as an object of JSON. */
    Map<String, Object> json() {
        return Map.of("columns", columns, "lines", lines);
    }
}
