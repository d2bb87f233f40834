package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.launcher.Launcher;
import org.randygpt.train.RunFolder;

/** In processes of their own, since a signal that goes wrong ends one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
class StopSignalsTest {
    private static final String[] SETTINGS = {"--iters=20000", "--eval-every=20000", "--width=4"};

    @TempDir
    private Path folder;

    /** Listens for signals, and for ever. */
    public static void main(String[] arguments) throws InterruptedException {
        try (StopSignals signals = new StopSignals(() -> System.out.println("asked to stop"))) {
            System.out.println("listening, asked for " + signals.exitCode());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Holds the folder of a new run for ever, as a command does that is still loading. */
    static final class Holding {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            try (HeldFolder _ = new HeldFolder(RunFolder.create(Path.of(arguments[0])))) {
                System.out.println("holding");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void signalSavesTheRunAndResumingEqualsNeverHavingStopped(String signal, int exitCode)
            throws IOException, InterruptedException {
        Session session = new Session(folder);
        assertEquals(0, session.train(with(SETTINGS, "--out=whole")).exitCode());

        Process process = start(List.of("--add-modules=jdk.incubator.vector"), Main.class, training("--out=parts"));
        requireHeeded(signal, process);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            readUntil("step ", out);
            send(signal, process);
            readToTheEnd(out);
        }
        assertEquals(exitCode, process.waitFor());
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(err.contains("Stopping after this step; saving to "), err);
        requireSavedMidway(session);
    }

    @Test
    void aRunWhoseLauncherIsKilledIsSavedAndEnds() throws IOException, InterruptedException {
        Session session = new Session(folder);
        assertEquals(0, session.train(with(SETTINGS, "--out=whole")).exitCode());

        Process launcher = start(List.of(), Launcher.class, training("--out=parts"));
        requireHeeded("TERM", launcher);
        try (BufferedReader out = launcher.inputReader(StandardCharsets.UTF_8)) {
            readUntil("step ", out);
            List<ProcessHandle> started = launcher.descendants().toList();
            assertEquals(1, started.size());
            assertTrue(launcher.toHandle().destroyForcibly());
            // Java closes the output of a process that has ended, even while others write to it.
            started.forEach(each -> each.onExit().join());
        }
        assertEquals(137, launcher.waitFor());
        requireSavedMidway(session);
    }

    @ParameterizedTest
    @CsvSource({"TERM, TERM, 143", "TERM, INT, 130", "INT, TERM, 143"})
    void aSecondSignalMuchLaterEndsTheProcessAtOnce(String first, String second, int exitCode)
            throws IOException, InterruptedException {
        Process process = start(List.of(), StopSignalsTest.class);
        requireHeeded(first, process);
        requireHeeded(second, process);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            readUntil("listening", out);
            send(first, process);
            readUntil("asked to stop", out);
            // Earlier, it may be the same one once more.
            Thread.sleep(1_100);
            send(second, process);
            assertEquals(exitCode, process.waitFor());
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalWhileNobodyListensLeavesNeitherALockNorAnEmptyFolder(String signal, int exitCode)
            throws IOException, InterruptedException {
        Process process = start(List.of(), Holding.class, "runs/run");
        requireHeeded(signal, process);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            readUntil("holding", out);
            assertTrue(Files.exists(folder.resolve("runs/run/.lock")));
            send(signal, process);
            readToTheEnd(out);
        }
        assertEquals(exitCode, process.waitFor());
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    private void requireSavedMidway(Session session) throws IOException {
        Result resumed = session.run("train", "--resume=parts", "--threads=1", "--sample-tokens=0");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.out().contains("going on after step "), resumed.out());
        assertEquals(weights("whole"), weights("parts"));
    }

    private static String[] training(String out) {
        return Session.small(with(SETTINGS, out));
    }

    private Process start(List<String> options, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("RANDYGPT_JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /** A process inherits which signals it is deaf to, such as that of Ctrl-C in the background of a script. */
    private static void requireHeeded(String signal, Process process) throws IOException {
        Path status = Path.of("/proc/%d/status".formatted(process.pid()));
        if (Files.exists(status)) {
            String ignored = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .findFirst()
                    .orElse("SigIgn: 0")
                    .replaceFirst("SigIgn:\\s*", "");
            int number = signal.equals("INT") ? 2 : 15;
            boolean deaf = (Long.parseUnsignedLong(ignored, 16) & 1 << (number - 1)) != 0;
            if (deaf) {
                process.destroyForcibly();
            }
            assumeFalse(deaf, () -> "this JVM has been told to ignore SIG" + signal);
        }
    }

    private static void send(String signal, Process process) throws IOException, InterruptedException {
        String kill = "kill -%s %d".formatted(signal, process.pid());
        assertEquals(0, new ProcessBuilder("/bin/sh", "-c", kill).start().waitFor());
    }

    private static void readUntil(String beginning, BufferedReader out) throws IOException {
        String line = out.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = out.readLine();
        }
        assertTrue(line != null, "it ended without " + beginning);
    }

    private static void readToTheEnd(BufferedReader out) throws IOException {
        while (out.readLine() != null) {
            // Until it has ended.
        }
    }

    private String weights(String run) throws IOException {
        return Sha256.of(Files.readAllBytes(folder.resolve(run).resolve("step-020000/model.safetensors")));
    }

    private static String[] with(String[] first, String more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }
}
