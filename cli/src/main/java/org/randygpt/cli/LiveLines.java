package org.randygpt.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.InfoCmp.Capability;

/**
 * The last lines of a terminal, which are written over, by the codes that JLine knows of the terminal. What is printed
 * in between stays above them. They are written whole each time, so that what somebody else does to the screen, or a
 * new size of it, is soon gone.
 */
final class LiveLines {
    private final Output out;
    private final Screen screen;
    private final Terminal terminal;
    private int columns;
    private int longest;
    private int rows;
    private int goneOn;
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
    }

    /** Has these lines stand in place of those before, cut off where they are too long. */
    void show(List<String> lines) {
        if (screen.goneOn() != goneOn) {
            goneOn = screen.goneOn();
            interrupted();
        }
        int now = screen.columns();
        // Of lines that do not fit any more some terminals cut the rest off, and others make two: they stay.
        if (now != columns && longest >= now) {
            leave();
        }
        columns = now;
        if (standing) {
            toFirstLine();
        } else {
            out.print("\r");
        }
        // A character in the last column would have some terminals begin a new line.
        int most = Math.max(1, columns - 1);
        List<String> cut = lines.stream()
                .map(line -> line.substring(0, Math.min(line.length(), most)))
                .toList();
        terminal.puts(Capability.clr_eos);
        terminal.writer().print(String.join("\r\n", cut));
        flush();
        rows = cut.size();
        longest = cut.stream().mapToInt(String::length).max().orElse(0);
        standing = true;
    }

    /** Takes the lines away; the cursor is where they began. */
    void erase() {
        if (standing) {
            toFirstLine();
            terminal.puts(Capability.clr_eos);
            flush();
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

    private void toFirstLine() {
        terminal.writer().print("\r");
        for (int row = 1; row < rows; row++) {
            terminal.puts(Capability.cursor_up);
        }
    }

    private void flush() {
        terminal.flush();
        out.flush();
    }
}
