package org.randygpt.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/** The last lines of a terminal, which are written over. What is printed in between stays above them. */
final class LiveLines {
    private final Output out;
    private final Screen screen;
    private final DumbTerminal terminal;
    private Display display;
    private Size size = Screen.USUAL;
    private int longest;
    // Whether the cursor is where writing has left it.
    private volatile boolean standing;

    /**
     * None yet.
     *
     * @param screen which is live
     */
    LiveLines(Output out, Screen screen) {
        this.out = out;
        this.screen = screen;
        try {
            // It only writes: keys and signals stay with whoever has them.
            terminal = new DumbTerminal(
                    "output", screen.type(), InputStream.nullInputStream(), out.stream(), StandardCharsets.UTF_8);
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        display = new Display(terminal, false);
    }

    /** Has these lines stand in place of those before, cut off where they are too long. */
    void show(List<String> lines) {
        adapt(screen.size());
        if (!standing) {
            out.print("\r");
            display = new Display(terminal, false);
            display.resize(size);
        }
        // A character in the last column would have some terminals begin a new line.
        int most = Math.max(1, size.getColumns() - 1);
        List<String> cut = lines.stream()
                .map(line -> line.substring(0, Math.min(line.length(), most)))
                .toList();
        List<AttributedString> shown = new ArrayList<>();
        for (int i = 0; i < cut.size(); i++) {
            // A line without an end would be one that goes on in the next.
            shown.add(new AttributedString(cut.get(i) + (i + 1 < cut.size() ? "\n" : "")));
        }
        display.update(shown, size.cursorPos(cut.size() - 1, cut.getLast().length()));
        out.flush();
        standing = true;
        longest = cut.stream().mapToInt(String::length).max().orElse(0);
    }

    private void adapt(Size now) {
        if (!now.equals(size)) {
            // Of lines that do not fit any more some terminals cut the rest off, and others make two.
            if (longest >= now.getColumns()) {
                leave();
            } else {
                erase();
            }
            size = now;
        }
    }

    /** Takes the lines away; the cursor is where they began. */
    void erase() {
        if (standing) {
            display.update(List.of(), 0);
            out.flush();
            standing = false;
        }
    }

    /** Leaves the lines where they are, and goes below them. */
    void leave() {
        if (standing) {
            standing = false;
            out.println("");
        }
    }

    /** Somebody else writes to the screen, from any thread: what has been shown stays where it is. */
    void interrupted() {
        standing = false;
    }
}
