package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jline.terminal.Size;
import org.jline.utils.ScreenTerminal;

/**
 * A program in a terminal that somebody looks at and types in: the terminal's device is made by util-linux's
 * {@code script}, and what it shows by JLine's emulator.
 */
final class PseudoTerminal implements AutoCloseable {
    /** Lines of the screen. */
    static final int ROWS = 40;

    private static final String DEVICE = "device";

    private final Path folder;
    private final Process process;
    private final ScreenTerminal emulator;
    private final StringBuilder written = new StringBuilder();
    private final Thread reading;
    private boolean ended;

    /**
     * Starts a program.
     *
     * @param folder where it is at home; the terminal keeps files of its own there, too
     * @param variables of its environment, beside those of this process
     */
    PseudoTerminal(Path folder, int columns, Map<String, String> variables, List<String> command) throws IOException {
        assumeTrue(areThere(), "this machine lets nobody make a pseudo-terminal");
        this.folder = folder;
        Path start = folder.resolve("start.sh");
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add(Formats.shellWord(word)));
        // A script that runs in the background has its programs ignore Ctrl-C.
        Files.writeString(start, """
                stty rows %d cols %d
                tty > %s
                exec env --default-signal=INT %s
                """.formatted(ROWS, columns, DEVICE, String.join(" ", words)));
        ProcessBuilder builder = new ProcessBuilder("script", "-qfec", "sh start.sh", "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().putAll(variables);
        process = builder.start();
        emulator = new ScreenTerminal(columns, ROWS);
        reading = Thread.ofPlatform().daemon().start(this::read);
    }

    private static boolean areThere() throws IOException {
        Process nothing = new ProcessBuilder("script", "-qec", "true", "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        nothing.getOutputStream().close();
        return nothing.onExit().join().exitValue() == 0;
    }

    private void read() {
        char[] some = new char[4096];
        try (InputStream in = process.getInputStream();
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
                synchronized (this) {
                    String piece = new String(some, 0, count);
                    written.append(piece);
                    emulator.write(piece);
                    notifyAll();
                }
            }
        } catch (IOException closed) {
            // So has everything been seen that somebody wanted to see.
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    /** Presses keys. */
    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until what it shows is so, and returns it; fails when the program ends first. */
    synchronized List<String> await(String what, Predicate<List<String>> isSo) throws InterruptedException {
        List<String> lines = Seen.lines(emulator);
        while (!isSo.test(lines)) {
            if (ended) {
                throw new AssertionError("it ended and did not show %s:%n%s".formatted(what, String.join("\n", lines)));
            }
            wait();
            lines = Seen.lines(emulator);
        }
        return lines;
    }

    /** Waits until a line contains a text. */
    List<String> awaitText(String text) throws InterruptedException {
        return await(text, lines -> lines.stream().anyMatch(line -> line.contains(text)));
    }

    /** Gives the terminal another width, of which the kernel tells the program. */
    void resize(int columns) throws IOException, InterruptedException {
        String device = Files.readString(folder.resolve(DEVICE)).strip();
        synchronized (this) {
            emulator.setSize(Size.of(columns, ROWS));
        }
        Process stty = new ProcessBuilder("stty", "-F", device, "cols", String.valueOf(columns)).start();
        assertEquals(0, stty.waitFor());
    }

    /** Waits for the program to end, and returns its exit code. */
    int exitCode() throws InterruptedException {
        int code = process.waitFor();
        reading.join();
        return code;
    }

    /** Everything that has been written so far, with the codes for the terminal. */
    synchronized String written() {
        return written.toString();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
