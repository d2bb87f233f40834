package org.randygpt.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are edited on a terminal, with a history that outlives the program. Ctrl-C gives up a line, or stops what
 * is being written.
 */
final class EditedLines implements Lines {
    private static final int MOST_LINES = 1000;

    private final Terminal terminal;
    private final LineReader reader;
    private final String prompt;
    private volatile boolean interrupted;

    /**
     * Lines of a terminal, which is closed with them.
     *
     * @param words what Tab completes at the start of a line
     * @param history the file of lines that were written before, if one can be kept
     */
    EditedLines(Terminal terminal, String prompt, Iterable<String> words, Optional<Path> history) {
        this.terminal = terminal;
        this.prompt = prompt;
        // Between two lines; while one is edited, the reader has a handler of its own.
        terminal.handle(Terminal.Signal.INT, signal -> interrupted = true);
        DefaultParser plain = new DefaultParser();
        plain.setEscapeChars(new char[0]);
        plain.setQuoteChars(new char[0]);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(plain)
                .completer(new StringsCompleter(words))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.HISTORY_SIZE, MOST_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, MOST_LINES);
        history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        reader = builder.build();
    }

    /** Those of the terminal of this process. */
    static EditedLines ofTerminal(String prompt, Iterable<String> words, Path history) throws IOException {
        Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .encoding(StandardCharsets.UTF_8)
                // Else the terminal is asked what it can do, and some write the question down.
                .graphemeCluster(false)
                .build();
        if (terminal.getSize().getColumns() == 0) {
            terminal.setSize(Screen.USUAL);
        }
        return new EditedLines(terminal, prompt, words, writable(history));
    }

    /** A file, if it can be written; a home folder may be missing. */
    private static Optional<Path> writable(Path file) {
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.isWritable(Files.exists(file) ? file : folder) ? Optional.of(file) : Optional.empty();
        } catch (IOException cannotBe) {
            return Optional.empty();
        }
    }

    @Override
    public @Nullable String next() {
        while (true) {
            try {
                String line = reader.readLine(prompt);
                interrupted = false;
                return line;
            } catch (UserInterruptException givenUp) {
                // A new line, then.
            } catch (EndOfFileException end) {
                return null;
            }
        }
    }

    @Override
    public boolean isInterrupted() {
        return interrupted;
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot give the terminal back: " + problem.getMessage(), problem);
        }
    }
}
