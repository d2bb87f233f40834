package org.randygpt.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines that are edited on a terminal, with a history. Ctrl-C gives up a line, or stops what is being written. */
final class EditedLines implements Lines {
    private final Terminal terminal;
    private final LineReader reader;
    private final String prompt;
    private volatile boolean interrupted;

    /**
     * Lines of a terminal, which is closed with them.
     *
     * @param words what Tab completes at the start of a line
     */
    EditedLines(Terminal terminal, String prompt, Iterable<String> words) {
        this.terminal = terminal;
        this.prompt = prompt;
        // Between two lines; while one is edited, the reader has a handler of its own.
        terminal.handle(Terminal.Signal.INT, signal -> interrupted = true);
        DefaultParser plain = new DefaultParser();
        plain.setEscapeChars(new char[0]);
        plain.setQuoteChars(new char[0]);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(plain)
                .completer(new StringsCompleter(words))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
    }

    /** Those of the terminal of this process. */
    static EditedLines ofTerminal(String prompt, Iterable<String> words) throws IOException {
        Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .encoding(StandardCharsets.UTF_8)
                // Else the terminal is asked what it can do, and some write the question down.
                .graphemeCluster(false)
                .build();
        if (terminal.getSize().getColumns() == 0) {
            terminal.setSize(Screen.USUAL);
        }
        return new EditedLines(terminal, prompt, words);
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
