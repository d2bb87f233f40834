package org.randygpt.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jline.terminal.Size;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.charts.AsciiChart;

/** What shows the standard output. */
final class Screen {
    /** Of a terminal that does not know its size. */
    static final Size USUAL = Size.of(80, 24);

    private static final String DUMB = "dumb";

    private final String type;
    private final Charset charset;
    private final @Nullable Supplier<Size> ask;
    private @Nullable Size size;
    private volatile boolean changed = true;
    private final AtomicInteger goneOn = new AtomicInteger();

    /**
     * A terminal.
     *
     * @param type its name in the database of terminals, as TERM has it
     * @param charset what it takes, as LC_ALL and the like have it
     * @param ask finds its size out, which may take a moment
     */
    Screen(String type, Charset charset, Supplier<Size> ask) {
        this.type = type;
        this.charset = charset;
        this.ask = ask;
    }

    /** A terminal that takes UTF-8. */
    Screen(String type, Supplier<Size> ask) {
        this(type, StandardCharsets.UTF_8, ask);
    }

    private Screen() {
        type = DUMB;
        charset = StandardCharsets.UTF_8;
        ask = null;
    }

    /** A file or a pipe. */
    static Screen none() {
        return new Screen();
    }

    /** The terminal of this process, as large as it is at any time, which takes some charset. */
    static Screen ofTerminal(Charset charset) {
        String type = System.getenv().getOrDefault("TERM", "");
        Screen screen = new Screen(type.isEmpty() ? DUMB : type, charset, Screen::sizeOfTerminal);
        Signals.register("WINCH", screen::resize);
        Signals.register("CONT", screen::goOn);
        return screen;
    }

    private static Size sizeOfTerminal() {
        try {
            // Java cannot ask a terminal for its size.
            Process process = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(Redirect.DISCARD)
                    .start();
            String[] rowsAndColumns = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int rows = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[0]) : 0;
            int columns = rows > 0 ? Integer.parseInt(rowsAndColumns[1]) : 0;
            return columns > 0 ? Size.of(columns, rows) : USUAL;
        } catch (IOException | NumberFormatException unknown) {
            return USUAL;
        }
    }

    /** Has the terminal be asked for its size again. */
    void resize() {
        changed = true;
    }

    /** This program was stopped and goes on: the cursor may be anywhere, and the size another one. */
    void goOn() {
        goneOn.incrementAndGet();
        changed = true;
    }

    /** How often it was stopped and went on. */
    int goneOn() {
        return goneOn.get();
    }

    /** Whether somebody may be watching. */
    boolean isTerminal() {
        return ask != null;
    }

    /** A line of a chart in characters that it can show. */
    String shown(String line) {
        return charset.equals(StandardCharsets.UTF_8) ? line : AsciiChart.of(line);
    }

    /** Whether lines can be written over. */
    boolean isLive() {
        return ask != null && !type.equals(DUMB);
    }

    /** Its name in the database of terminals. */
    String type() {
        return type;
    }

    /** The characters of a line, and the lines; throws {@link IllegalStateException} when there is no terminal. */
    synchronized Size size() {
        if (ask == null) {
            throw new IllegalStateException("a file has no size in characters");
        }
        if (changed || size == null) {
            changed = false;
            size = ask.get();
        }
        return size;
    }

    /** The characters of a line. */
    int columns() {
        return size().getColumns();
    }
}
