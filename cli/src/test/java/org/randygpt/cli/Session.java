package org.randygpt.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jline.terminal.Size;
import org.randygpt.core.checkpoint.Sha256;

/** Runs commands inside this process, in a folder of their own. */
final class Session {
    static final StopRequest.Source NOBODY_STOPS = announce -> new StopAfter(Integer.MAX_VALUE);

    private static final List<String> SMALL = List.of(
            "train",
            "--data=text.txt",
            "--layers=1",
            "--width=16",
            "--heads=2",
            "--context=16",
            "--batch=4",
            "--threads=1",
            "--sample-tokens=0");

    private final Path folder;
    private Screen screen = Screen.none();
    private StopRequest.Source stops = NOBODY_STOPS;
    private CachedDownload.Fetch fetch = source -> {
        throw new IOException("no network");
    };
    private byte[] in = {};
    private OutputStream alsoTo = OutputStream.nullOutputStream();

    /** What a command came to. */
    record Result(int exitCode, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Asks to stop after some steps, as Ctrl-C does. */
    private static final class StopAfter implements StopRequest {
        private int left;

        StopAfter(int steps) {
            left = steps;
        }

        @Override
        public int exitCode() {
            return left-- > 0 ? 0 : 130;
        }

        @Override
        public void close() {}
    }

    private static final class Both extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Both(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            first.write(b);
            second.write(b);
        }
    }

    /** Commands see {@code text.txt}, 3,000 characters of 28 kinds, in the folder. */
    Session(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("text.txt"), text());
    }

    static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 3000; i++) {
            text.append("the quick brown fox jumps over the lazy dog".substring(i % 20));
            text.append(i % 3 == 0 ? "\n" : " ");
        }
        return text.substring(0, 3000);
    }

    /** What stands for GPT-2's vocabulary: all bytes in their order, then "th", then "the". */
    static byte[] ranks() {
        StringBuilder ranks = new StringBuilder();
        for (int rank = 0; rank < 258; rank++) {
            byte[] token = rank < 256
                    ? new byte[] {(byte) rank}
                    : "the".substring(0, rank - 254).getBytes(StandardCharsets.UTF_8);
            ranks.append(Base64.getEncoder().encodeToString(token))
                    .append(' ')
                    .append(rank)
                    .append('\n');
        }
        return ranks.toString().getBytes(StandardCharsets.UTF_8);
    }

    Session onTerminalOf(int columns) {
        return on(new Screen("xterm", () -> Size.of(columns, 24)));
    }

    Session on(Screen terminal) {
        screen = terminal;
        return this;
    }

    Session stoppedAfter(int steps) {
        stops = announce -> new StopAfter(steps);
        return this;
    }

    Session fetching(CachedDownload.Fetch from) {
        fetch = from;
        return this;
    }

    Session withInput(String text) {
        return withInput(text.getBytes(StandardCharsets.UTF_8));
    }

    Session withInput(byte[] bytes) {
        in = bytes;
        return this;
    }

    /** Has standard output go elsewhere as well as into the result. */
    Session writingTo(OutputStream stream) {
        alsoTo = stream;
        return this;
    }

    /** Trains a model so small that it takes no time. */
    Result train(String... more) {
        return run(small(more));
    }

    /** The arguments of {@link #train}. */
    static String[] small(String... more) {
        // Each --data adds to the others.
        boolean other = Arrays.stream(more).anyMatch(argument -> argument.startsWith("--data"));
        return Stream.concat(
                        SMALL.stream().filter(argument -> !(other && argument.startsWith("--data"))),
                        Arrays.stream(more))
                .toArray(String[]::new);
    }

    Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Environment environment = new Environment(
                new Output(new Both(out, alsoTo)),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(in),
                screen,
                folder,
                folder.resolve("cache"),
                CachedDownload.ofText(
                        URI.create("https://example.org/text"),
                        Sha256.of("abc".getBytes(StandardCharsets.UTF_8)),
                        folder.resolve("cache/fetched.txt"),
                        fetch),
                CachedDownload.ofRanks(
                        URI.create("https://example.org/ranks"),
                        Sha256.of(ranks()),
                        folder.resolve("cache/ranks.tiktoken"),
                        fetch),
                stops);
        int exitCode = Main.run(environment, arguments);
        return new Result(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** Every file below the folder with its SHA-256. */
    List<String> contents() throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                contents.add(folder.relativize(path)
                        + (Files.isRegularFile(path) ? " " + Sha256.of(Files.readAllBytes(path)) : ""));
            }
        }
        return contents;
    }
}
