package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells under titles: the first column to the left, the others to the right. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(List<String> titles) {
        rows.add(titles);
    }

    /** Adds a row of as many cells as there are titles. */
    void add(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException("%d cells under %d titles"
                    .formatted(cells.size(), rows.getFirst().size()));
        }
        rows.add(cells);
    }

    void print(Output out) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + space : "  " + space + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
