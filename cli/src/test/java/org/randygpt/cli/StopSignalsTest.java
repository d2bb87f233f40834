package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;

/** In a process of its own, since a signal that goes wrong ends it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
class StopSignalsTest {
    @TempDir
    private Path folder;

    @Test
    void signalSavesTheRunAndResumingEqualsNeverHavingStopped() throws IOException, InterruptedException {
        Session session = new Session(folder);
        String[] settings = {"--iters=4000", "--eval-every=4000", "--width=4"};
        assertEquals(0, session.train(with(settings, "--out=whole")).exitCode());

        Process process = start(with(settings, "--out=parts"));
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null && !line.startsWith("step "); line = out.readLine()) {
                // Until it trains.
            }
            process.toHandle().destroy(); // SIGTERM; the process's own destroy() would close its streams
            while (out.readLine() != null) {
                // Until it has ended.
            }
        }
        assertEquals(143, process.waitFor());
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(err.contains("Stopping after this step; saving to "), err);

        Result resumed = session.run("train", "--resume=parts", "--threads=1", "--sample-tokens=0");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.out().contains("going on after step "), resumed.out());
        assertEquals(weights("whole"), weights("parts"));
    }

    private Process start(String... settings) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        String[] command = {
            java,
            "--add-modules=jdk.incubator.vector",
            "-XX:+UseSerialGC",
            "-classpath",
            System.getProperty("java.class.path"),
            Main.class.getName()
        };
        return new ProcessBuilder(with(command, Session.small(settings)))
                .directory(folder.toFile())
                .start();
    }

    private String weights(String run) throws IOException {
        return Texts.sha256(Files.readAllBytes(folder.resolve(run).resolve("step-004000/model.safetensors")));
    }

    private static String[] with(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
