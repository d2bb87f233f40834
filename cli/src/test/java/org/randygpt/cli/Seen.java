package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.ScreenTerminal;

/** What somebody sees of what is written to a terminal, by JLine's emulator of one. */
final class Seen {
    private Seen() {}

    /** The lines, without those at the end that are empty; what has scrolled away is not among them. */
    static List<String> on(int columns, int rows, String written) {
        ScreenTerminal terminal = new ScreenTerminal(columns, rows);
        // As a terminal's own driver does it.
        terminal.write(written.replace("\r\n", "\n").replace("\n", "\r\n"));
        return lines(terminal);
    }

    /** The lines that an emulator shows now. */
    static List<String> lines(ScreenTerminal terminal) {
        List<String> lines = new ArrayList<>();
        long[] cells = new long[terminal.getRows() * terminal.getColumns()];
        terminal.dump(cells, new int[2]);
        for (int row = 0; row < terminal.getRows(); row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < terminal.getColumns(); column++) {
                line.appendCodePoint(ScreenTerminal.cellCodePoint(cells[row * terminal.getColumns() + column]));
            }
            lines.add(line.toString().stripTrailing());
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }
}
