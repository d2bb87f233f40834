package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.train.Metric;
import org.randygpt.train.Schedule;
import org.randygpt.train.TrainingConfig;

class ProgressTest {
    private static final TrainingConfig CONFIG =
            new TrainingConfig(4, 1000, 1e-3f, 0, 10, Schedule.COSINE, 0, 0.9f, 0.99f, 1e-8f, 0, 1, 250, 1);

    @TempDir
    private Path folder;

    @Test
    void filesGetALineEvery100StepsAndAtEachValidation() throws IOException {
        String out = new Session(folder)
                .train("--iters=220", "--eval-every=150", "--out=run")
                .out();
        List<String> steps = out.lines()
                .filter(line -> line.startsWith("step "))
                .map(line -> line.substring(0, 12).strip())
                .toList();
        assertEquals(List.of("step 100/220", "step 150/220", "step 200/220", "step 220/220"), steps);
        assertFalse(out.contains("\r") || out.contains("\u001b"), out);
    }

    @Test
    void terminalsGetOneLineThatIsWrittenOver() throws IOException {
        String out = new Session(folder)
                .onTerminalOf(80)
                .train("--iters=20", "--out=run")
                .out();
        assertTrue(out.contains("\rstep 1/20  loss "), out);
        assertTrue(out.contains("\rstep 20/20  loss "), out);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 30, 40, 60, 80, 100, 200})
    void lineNeverReachesTheLastColumn(int columns) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LiveProgress progress = new LiveProgress(new Output(bytes), new Pace(CONFIG, 64), columns, () -> 0);
        progress.accept(new Metric.Step(250, 1.5f, 1, 1e-3f, 12_000_000));
        progress.accept(new Metric.Evaluation(250, 1.6f, true, 400_000_000));
        String last = bytes.toString(StandardCharsets.UTF_8)
                .replaceFirst("(?s).*\r", "")
                .replace("\u001b[K", "");
        assertTrue(last.length() < Math.max(2, columns), last);
        if (columns >= 80) {
            for (String part :
                    List.of("step 250/1000", "loss 1.5000", "1.6000", "5,333 tok", "12.0 ms/step", "10 s left")) {
                assertTrue(last.contains(part), last);
            }
        }
    }

    @Test
    void screenIsPaintedTenTimesASecondAtMost() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long[] now = {0};
        LiveProgress progress = new LiveProgress(new Output(bytes), new Pace(CONFIG, 64), 100, () -> now[0]);
        for (int step = 1; step <= 100; step++) {
            now[0] += 10_000_000;
            progress.accept(new Metric.Step(step, 1.5f, 1, 1e-3f, 10_000_000));
        }
        long painted = bytes.toString(StandardCharsets.UTF_8)
                .chars()
                .filter(c -> c == '\r')
                .count();
        assertEquals(10, painted);
    }

    @Test
    void closedPipeEndsTheRunQuietlyAndKeepsIt() throws IOException {
        Session session = new Session(folder);
        OutputStream closedAfterHeader = new OutputStream() {
            private int lines;

            @Override
            public void write(int b) throws IOException {
                lines += b == '\n' ? 1 : 0;
                if (lines > 7) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        assertEquals(
                Failures.CLOSED_PIPE,
                session.writingTo(closedAfterHeader)
                        .train("--iters=500", "--out=run")
                        .exitCode());
        assertTrue(Files.isDirectory(folder.resolve("run/step-000100")));
    }
}
