package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.cli.Continuation.End;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;

class ChatTest {
    private static final String NEWLINE = System.lineSeparator();

    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void train() throws IOException {
        session = new Session(folder);
        assertEquals(0, session.train("--iters=30", "--out=run").exitCode());
    }

    @Test
    void linesOfAPipeAreAnsweredWithoutPromptsAndCodes() {
        Result chat = chat("the quick\n", "--tokens=40", "--temperature=0");
        assertEquals(0, chat.exitCode(), chat.err());
        assertEquals("", chat.err());
        Result written =
                session.run("generate", "--model=run", "--prompt=the quick\n", "--tokens=40", "--temperature=0");
        assertEquals(written.out(), "the quick\n" + chat.out());
    }

    @Test
    void theModelGoesOnWithTheTextSoFar() {
        // One answer of 30 tokens, and the same in two.
        assertEquals(
                chat("the quick\n", "--tokens=30").out(),
                chat("the quick\n/tokens 15\n\n", "--tokens=15")
                        .out()
                        .replace("An answer has 15 tokens." + NEWLINE, "")
                        .replaceFirst("(?s)^(.{15})" + NEWLINE, "$1"));
        String said = chat("the quick\nfox\n", "--tokens=10").out();
        String alone = chat("fox\n", "--tokens=10").out();
        assertFalse(said.endsWith(alone), said);
        assertTrue(chat("the quick\n/reset\nfox\n", "--tokens=10", "--temperature=0")
                .out()
                .endsWith(chat("fox\n", "--tokens=10", "--temperature=0").out()));
    }

    @Test
    void aLineThatEndsWithABackslashIsNotEnded() {
        Result chat = chat("the quick\\\n", "--tokens=20", "--temperature=0");
        Result written = session.run("generate", "--model=run", "--prompt=the quick", "--tokens=20", "--temperature=0");
        assertEquals(written.out(), "the quick" + chat.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /tokens 5          | An answer has 5 tokens.
                    /tokens many       | /tokens needs a whole number, such as /tokens 200
                    /temperature 0.5   | The temperature is 0.5.
                    /temperature       | /temperature needs a number, such as /temperature 0.8
                    /temperature -1    | temperature
                    /reset             | The text is empty.
                    /rest              | there is no /rest; did you mean /reset?
                    /x                 | there is no /x; use /help, /quit, /reset, /temperature, /tokens
                    /help              | Ctrl-C stops an answer.
                    ß                  | ß
                    """)
    void commandsAnswerAndTheChatGoesOn(String line, String answer) {
        Result chat = chat(line + "\n/tokens 7\n/quit\nnever read\n");
        assertEquals(0, chat.exitCode(), chat.err());
        assertTrue(chat.out().contains(answer), chat.out());
        assertTrue(chat.out().endsWith("An answer has 7 tokens." + NEWLINE), chat.out());
    }

    @Test
    void theTemperatureChangesWhatIsWritten() {
        String cold = chat("/temperature 0\nthe\n", "--tokens=60").out();
        assertEquals(
                cold, chat("/temperature 0\nthe\n", "--tokens=60", "--seed=2").out());
        assertNotEquals(
                chat("the\n", "--tokens=60").out(),
                chat("the\n", "--tokens=60", "--seed=2").out());
    }

    @Test
    void anInterruptedAnswerStopsAndTheNextOneComes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SavedModel model = ModelFolder.load(folder.resolve("run"));
        Script script = new Script("the", "fox");
        script.asksBeforeInterrupt = 4;
        try (Workers workers = new Workers(1)) {
            Chat.Drawing drawing = new Chat.Drawing(1, Integer.MAX_VALUE, 1, new Random(1));
            Output output = new Output(out);
            new Chat(
                            script,
                            output,
                            () -> new Continuation(model, drawing, workers, ReferenceKernels::new),
                            drawing,
                            9,
                            End.NOWHERE)
                    .run();
            output.flush();
        }
        String text = out.toString(StandardCharsets.UTF_8);
        // Four tokens and the line's end, then nine.
        assertEquals(4 + 9 + 2 * NEWLINE.length(), text.length(), text);
        assertEquals(NEWLINE, text.substring(4, 4 + NEWLINE.length()));
    }

    @Test
    void linesAreEditedAndThereIsAHistory() throws IOException {
        // Left, Ctrl-C gives a line up, up brings the last one back, Tab completes, Ctrl-D ends.
        Typist typist = new Typist("fx\u001bODo\r", "gone\u0003", "\u001bOA\r", "say 'it\\\r", "/tem\t\r", "\u0004");
        Terminal terminal = terminal(typist);
        try (EditedLines lines = new EditedLines(terminal, "> ", Chat.WORDS, Optional.of(folder.resolve("history")))) {
            assertEquals("fox", lines.next());
            assertEquals("fox", lines.next());
            assertEquals("say 'it\\", lines.next());
            assertEquals("/temperature", String.valueOf(lines.next()).strip());
            assertNull(lines.next());
            assertFalse(lines.isInterrupted());
            terminal.raise(Terminal.Signal.INT);
            assertTrue(lines.isInterrupted());
        }
        assertTrue(typist.shown.toString(StandardCharsets.UTF_8).contains(">"));

        // So it does in another chat: up three times.
        Typist later = new Typist("\u001bOA\u001bOA\u001bOA\r", "\u0004");
        try (EditedLines lines =
                new EditedLines(terminal(later), "> ", Chat.WORDS, Optional.of(folder.resolve("history")))) {
            assertEquals("fox", lines.next());
            assertNull(lines.next());
        }
    }

    private static Terminal terminal(Typist typist) throws IOException {
        return TerminalBuilder.builder()
                .system(false)
                .streams(typist.keys, typist.screen)
                .encoding(StandardCharsets.UTF_8)
                .type("xterm")
                .build();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertEquals(2, chat("", "--tokens=-1").exitCode());
        assertEquals(2, chat("", "--temperature=-1").exitCode());
        assertTrue(session.run("chat", "--model=text.txt").err().contains("text.txt"));
    }

    private Result chat(String lines, String... more) {
        List<String> arguments = new ArrayList<>(List.of("chat", "--model=run"));
        arguments.addAll(List.of(more));
        return session.withInput(lines).run(arguments.toArray(String[]::new));
    }

    /** Types a line whenever the terminal waits for one; keys that come before would be the terminal's own. */
    private static final class Typist {
        /** What the editor begins each line with: have pasted text marked. */
        private static final String BEGIN = "\u001b[?2004h";

        private final Deque<String> lines;
        private final Semaphore begun = new Semaphore(0);
        private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
        private byte[] line = {};
        private int at;

        private final OutputStream screen = new OutputStream() {
            @Override
            public synchronized void write(int b) {
                shown.write(b);
                if (b == 'h' && shown.toString(StandardCharsets.UTF_8).endsWith(BEGIN)) {
                    begun.release();
                }
            }
        };

        private final InputStream keys = new InputStream() {
            @Override
            public int read() {
                if (at == line.length) {
                    begun.acquireUninterruptibly();
                    String next = lines.poll();
                    if (next == null) {
                        return -1;
                    }
                    line = next.getBytes(StandardCharsets.UTF_8);
                    at = 0;
                }
                return line[at++];
            }

            @Override
            public int read(byte[] to, int from, int count) {
                int key = count == 0 ? 0 : read();
                if (key >= 0 && count > 0) {
                    to[from] = (byte) key;
                }
                return key < 0 ? -1 : Math.min(1, count);
            }
        };

        Typist(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }
    }

    /** Lines of which the first one's answer is interrupted. */
    private static final class Script implements Lines {
        private final Deque<String> lines;
        private int asksBeforeInterrupt;
        private boolean first = true;

        Script(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }

        @Override
        public @Nullable String next() {
            first = lines.size() == 2;
            return lines.poll();
        }

        @Override
        public boolean isInterrupted() {
            return first && asksBeforeInterrupt-- <= 0;
        }

        @Override
        public void close() {}
    }
}
