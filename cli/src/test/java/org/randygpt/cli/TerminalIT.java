package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as people have it, in terminals, pipes and places of all kinds. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "script and stty have other options elsewhere")
class TerminalIT {
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String ESCAPE = "\u001b";
    private static final int INTERRUPTED = 130;

    @TempDir
    private Path folder;

    /** What came of a program without a terminal. */
    private record Finished(int exitCode, String out, String err) {}

    @BeforeEach
    void writeText() throws IOException {
        Files.writeString(folder.resolve("text.txt"), Session.text());
    }

    @Test
    void oneBlockFollowsTheWidthOfTheTerminalAndCtrlCSaves() throws IOException, InterruptedException {
        try (PseudoTerminal terminal = new PseudoTerminal(folder, 120, Map.of(), training(1_000_000))) {
            List<String> wide = terminal.awaitText("tokens/s");
            assertTrue(wide.stream().anyMatch(line -> line.contains("next save in")), () -> String.join("\n", wide));
            requireBlocks(1, wide, 120);

            // Lines that have become too long stay, since terminals differ in what they make of them.
            terminal.resize(50);
            List<String> narrow = terminal.await("a narrow block", lines -> blocks(lines) == 2);
            requireBlocks(2, narrow, 50);

            terminal.resize(100);
            List<String> wider = terminal.await(
                    "a wide block", lines -> lines.get(lastBlock(lines)).contains("at step"));
            requireBlocks(2, wider, 100);

            terminal.type(CTRL_C);
            terminal.awaitText("Stopping after this step; saving to");
            assertEquals(INTERRUPTED, terminal.exitCode());
            terminal.awaitText("Stopped; go on with: randygpt train --resume");
        }
        assertTrue(Files.exists(folder.resolve("run/latest")));
    }

    @Test
    void theLastBlockStaysAndTheReportFollows() throws IOException, InterruptedException {
        try (PseudoTerminal terminal = new PseudoTerminal(folder, 100, Map.of(), training(40))) {
            assertEquals(0, terminal.exitCode());
            List<String> seen = terminal.awaitText("More of it: randygpt generate --model");
            requireBlocks(1, seen, 100);
            int block = lastBlock(seen);
            assertTrue(seen.get(block).startsWith("step 40/40  100 %"), () -> String.join("\n", seen));
            assertTrue(seen.get(block + 3).isEmpty(), () -> String.join("\n", seen));
            assertTrue(seen.get(block + 4).startsWith("time "), () -> String.join("\n", seen));
        }
    }

    @Test
    void aDumbTerminalGetsLines() throws IOException, InterruptedException {
        for (String type : List.of("dumb", "")) {
            try (PseudoTerminal terminal =
                    new PseudoTerminal(folder, 80, Map.of("TERM", type), training(120, "run-" + type))) {
                assertEquals(0, terminal.exitCode());
                String written = terminal.written();
                assertTrue(written.contains("step 100/120  loss "), written);
                assertFalse(written.contains(ESCAPE), written);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "dumb"})
    void chatAnswersAndCtrlDEnds(String type) throws IOException, InterruptedException {
        assertEquals(0, run(Map.of(), training(40)).exitCode());
        Map<String, String> variables = Map.of("TERM", type);
        try (PseudoTerminal terminal =
                new PseudoTerminal(folder, 80, variables, jar("chat", "--model", "run", "--tokens", "30"))) {
            terminal.await(
                    "a prompt", lines -> !lines.isEmpty() && lines.getLast().startsWith(">"));
            terminal.type("/tokens 20\r");
            terminal.awaitText("An answer has 20 tokens.");
            terminal.await("a prompt", lines -> lines.getLast().equals(">"));
            terminal.type(CTRL_D);
            assertEquals(0, terminal.exitCode());
        }
    }

    @Test
    void aReaderThatGoesAwayEndsItQuietly() throws IOException, InterruptedException {
        Finished train = shell(Map.of(), "{ %s; echo $? >&2; } | grep -m 1 ^step", training(1_000_000));
        assertEquals(Failures.CLOSED_PIPE + "\n", train.err());
        assertEquals(1, train.out().lines().count());
        assertTrue(Files.exists(folder.resolve("run/latest")), "what was trained is saved");
        Finished generate = shell(
                Map.of(), "{ %s; echo $? >&2; } | head -c 5", jar("generate", "--model", "run", "--tokens", "1000000"));
        assertEquals(Failures.CLOSED_PIPE + "\n", generate.err());
    }

    @Test
    void withoutATerminalThereAreLines() throws IOException, InterruptedException {
        Finished finished = shell(Map.of(), "setsid -w %s < /dev/null", training(120));
        assertEquals(0, finished.exitCode(), finished.err());
        assertEquals("", finished.err());
        assertTrue(finished.out().contains("step 100/120  loss "), finished.out());
        assertFalse(finished.out().contains(ESCAPE) || finished.out().contains("\r"), finished.out());
    }

    @Test
    void numbersAndNamesAreTheSameInEveryLanguage() throws IOException, InterruptedException {
        List<String> command = training(20, "run", "--schedule", "cosine", "--lr", "0.0015");
        Finished english = run(Map.of("LC_ALL", "C.UTF-8"), command);
        assertEquals(0, english.exitCode(), english.err());
        List<String> expected = lasting(english.out());
        for (String language : List.of("tr_TR", "de_DE", "ar_EG", "ja_JP")) {
            List<String> again = new ArrayList<>(command);
            again.set(again.indexOf("run"), language);
            Map<String, String> variables = Map.of(
                    "LC_ALL",
                    language,
                    "RANDYGPT_JAVA_OPTS",
                    "-Duser.language=%s -Duser.country=%s".formatted(language.substring(0, 2), language.substring(3)));
            Finished finished = run(variables, again);
            assertEquals(0, finished.exitCode(), finished.err());
            assertEquals(
                    expected,
                    lasting(finished.out()).stream()
                            .map(line -> line.replace(language, "run"))
                            .toList());
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsNoHindrance() throws IOException, InterruptedException {
        // Not by its permissions, which do not bind root.
        Map<String, String> homeless = Map.of(
                "HOME", "/dev/null/home", "XDG_CACHE_HOME", "", "RANDYGPT_JAVA_OPTS", "-Duser.home=/dev/null/home");
        Finished train = run(homeless, training(20));
        assertEquals(0, train.exitCode(), train.err());
        assertEquals(
                0,
                run(homeless, jar("generate", "--model", "run", "--tokens", "5"))
                        .exitCode());
        try (PseudoTerminal terminal = new PseudoTerminal(folder, 80, homeless, jar("chat", "--model", "run"))) {
            terminal.await(
                    "a prompt", lines -> !lines.isEmpty() && lines.getLast().equals(">"));
            terminal.type("/quit\r");
            assertEquals(0, terminal.exitCode(), terminal::written);
        }
        Finished doctor = run(homeless, jar("doctor"));
        assertTrue(doctor.out().contains("/dev/null/home"), doctor.out());
        Finished fetch = run(homeless, jar("train", "--iters", "1", "--data", "shakespeare"));
        assertTrue(fetch.exitCode() == Failures.FAILED || fetch.exitCode() == Failures.BAD_INPUT, fetch.err());
        assertEquals(1, fetch.err().lines().count(), fetch.err());
    }

    /** The lines that are the same in every run: without times, speeds and what depends on the machine. */
    private static List<String> lasting(String out) {
        return out.lines()
                .filter(line -> line.matches("(Model|Text|Training|Floors|Output|initial|final|best|beside).*"))
                .toList();
    }

    private static void requireBlocks(int count, List<String> seen, int columns) {
        String all = String.join("\n", seen);
        assertEquals(count, blocks(seen), all);
        int block = lastBlock(seen);
        assertTrue(
                seen.get(block + 1).startsWith("loss ") || seen.get(block + 1).startsWith("smoothed "), all);
        assertTrue(seen.get(block + 2).contains("tokens/s"), all);
        for (String line : seen.subList(block, block + 3)) {
            assertTrue(line.length() < columns, line);
        }
    }

    private static long blocks(List<String> seen) {
        return seen.stream().filter(line -> line.startsWith("step ")).count();
    }

    private static int lastBlock(List<String> seen) {
        for (int i = seen.size() - 1; i >= 0; i--) {
            if (seen.get(i).startsWith("step ")) {
                return i;
            }
        }
        throw new AssertionError("there is no block:%n%s".formatted(String.join("\n", seen)));
    }

    private static List<String> training(long steps) {
        return training(steps, "run");
    }

    private static List<String> training(long steps, String out, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(Session.small("--iters", String.valueOf(steps), "--out", out)));
        arguments.addAll(List.of(more));
        return jar(arguments.toArray(String[]::new));
    }

    private static List<String> jar(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                System.getProperty("cli.jar")));
        command.addAll(List.of(arguments));
        return command;
    }

    private Finished run(Map<String, String> variables, List<String> command) throws IOException, InterruptedException {
        return shell(variables, "%s", command);
    }

    /** Runs a line of the shell with a command in it. */
    private Finished shell(Map<String, String> variables, String line, List<String> command)
            throws IOException, InterruptedException {
        String words = String.join(" ", command.stream().map(Formats::shellWord).toList());
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line.formatted(words)).directory(folder.toFile());
        builder.environment().putAll(variables);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        int exitCode = process.waitFor();
        return new Finished(exitCode, text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
