package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;

/** The program is killed a hundred times, each time at a random moment of its life. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no such signal")
class KillTest {
    private static final int KILLS = 100;
    private static final Pattern STEP = Pattern.compile("step +(\\d+)/");
    private static final long INTERVAL = 20;
    // A rate that does not depend on the number of steps, which is known only after the last kill.
    private static final List<String> SETTINGS = List.of(
            "--width=4",
            "--heads=1",
            "--context=8",
            "--batch=1",
            "--schedule=constant",
            "--warmup=10",
            "--eval-every=1000000",
            "--save-every=" + INTERVAL);

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void killedAHundredTimesItEndsWithTheBitsOfAnUninterruptedRun() throws IOException, InterruptedException {
        Session session = new Session(folder);
        long saved = 0;
        int whileTraining = 0;
        long life = 1_000_000_000;
        for (int kill = 0; kill < KILLS; kill++) {
            long started = System.nanoTime();
            Process process = start(saved == 0 ? "--out=parts" : "--resume=parts");
            // Half of them anywhere, half of them when it trains.
            boolean anywhere = kill % 2 == 0 && kill > 0;
            long seen = 0;
            if (anywhere) {
                Thread.sleep(random.nextLong(life) / 1_000_000);
            } else {
                seen = lastStepAfterTraining(process);
                life = System.nanoTime() - started;
            }
            kill(process);
            process.getInputStream().close();
            whileTraining += seen > 0 ? 1 : 0;
            if (!RunFolder.holdsRun(folder.resolve("parts"))) {
                assertEquals(0, saved);
                continue;
            }
            try (RunFolder run = RunFolder.open(folder.resolve("parts"))) {
                RunState state = run.latestState();
                assertTrue(state.step() >= saved, state + " after " + saved);
                assertEquals(0, state.step() % INTERVAL, state::toString);
                // The interval, and what may be done while one save is being written.
                assertTrue(seen - state.step() <= INTERVAL + INTERVAL / 10, state + " after " + seen);
                saved = state.step();
            }
        }
        assertTrue(saved > 0);
        assertTrue(whileTraining >= KILLS / 2);
        String last = "--iters=" + (saved + 7);
        finish(session.run("train", "--resume=parts", "--threads=2", "--sample-tokens=20", last));
        Result whole = session.train(with("--out=whole", last, "--sample-tokens=20"));
        finish(whole);
        String generation = "step-%06d".formatted(saved + 7);
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertEquals(-1, Files.mismatch(path("whole", generation, file), path("parts", generation, file)), file);
        }
    }

    /** Waits for some steps, and returns the last one that was shown. */
    private long lastStepAfterTraining(Process process) throws IOException, InterruptedException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        while (line != null && !line.startsWith("step ")) {
            line = out.readLine();
        }
        Thread.sleep(random.nextLong(60));
        kill(process);
        long seen = 0;
        for (; line != null; line = out.readLine()) {
            Matcher step = STEP.matcher(line);
            seen = step.lookingAt() ? Long.parseLong(step.group(1)) : seen;
        }
        return seen;
    }

    /** Not by the process itself, which would close its streams. */
    private static void kill(Process process) throws InterruptedException {
        assertTrue(process.toHandle().destroyForcibly() || !process.isAlive());
        assertEquals(137, process.waitFor());
    }

    private Process start(String where) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-classpath",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(Session.small(with(where, "--iters=1000000000", "--kernels=reference"))));
        return new ProcessBuilder(command).directory(folder.toFile()).start();
    }

    private static String[] with(String... more) {
        return Stream.concat(SETTINGS.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static void finish(Result result) {
        assertEquals(0, result.exitCode(), result.err());
    }

    private Path path(String run, String generation, String file) {
        return folder.resolve(run).resolve(generation).resolve(file);
    }
}
