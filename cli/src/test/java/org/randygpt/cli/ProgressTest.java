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
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TextSettings;
import org.randygpt.train.DataSource;
import org.randygpt.train.Floors;
import org.randygpt.train.Metric;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.RunState;
import org.randygpt.train.Schedule;
import org.randygpt.train.ScheduleConfig;
import org.randygpt.train.TrainingConfig;

class ProgressTest {
    private static final DataSource DATA = new DataSource(List.of("text"), TextSettings.USUAL, "00");
    private static final TrainingConfig CONFIG = new TrainingConfig(
            4,
            4,
            1000,
            OptimizerConfig.adamW(1e-3f, 0.9f, 0.99f, 0, 1),
            new ScheduleConfig(Schedule.COSINE, 0, 10),
            250,
            1);

    private static final Yardsticks YARDSTICKS = new Yardsticks(64, 3e6, 1e9, 1, new Floors(4, 3, 2.5, 1.7, 1_000_000));

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
    void validationsSayWhatTheyMean() throws IOException {
        String out = new Session(folder)
                .train("--iters=20", "--eval-every=10", "--out=run")
                .out();
        var matcher = Pattern.compile(
                        "validation loss ([0-9.]+), the best so far, ([0-9.]+) bits per byte, perplexity ([0-9.]+)")
                .matcher(out);
        assertTrue(matcher.find(), out);
        double loss = Double.parseDouble(matcher.group(1));
        // All characters of the text are ASCII.
        assertEquals(loss / Math.log(2), Double.parseDouble(matcher.group(2)), 2e-4);
        assertEquals(Math.exp(loss), Double.parseDouble(matcher.group(3)), 0.01);
        assertTrue(out.contains("next save at 20"), out);
    }

    @Test
    void floorsStandAtTheStartAndTheEnd() throws IOException {
        String out = new Session(folder).train("--iters=2", "--out=run").out();
        // 30 tokens, two of which are special: the table of nothing is ln 30.
        assertTrue(out.contains("Floors           uniform 3.40, unigram "), out);
        assertTrue(
                Pattern.compile("beside tables    [0-9.]+ (below|above) uniform, .* 5-gram")
                        .matcher(out)
                        .find(),
                out);
    }

    @Test
    void terminalsGetThreeLinesThatAreWrittenOver() throws IOException {
        String out = new Session(folder)
                .onTerminalOf(80)
                .train("--iters=20", "--out=run")
                .out();
        assertTrue(out.contains("step 1/20  5 %  "), out);
        List<String> screen = Seen.on(80, 60, out);
        int first = screen.indexOf("step 20/20  100 %  0.0 s left  [####################]");
        assertTrue(screen.get(first + 1).startsWith("loss "), out);
        assertTrue(screen.get(first + 2).startsWith("rate "), out);
        assertEquals(1, screen.stream().filter(line -> line.startsWith("step ")).count(), out);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 30, 40, 60, 80, 100, 200})
    void lineNeverReachesTheLastColumn(int columns) {
        Live live = new Live(columns);
        live.accept(new Metric.Step(250, 1.5f, 1.1f, 1e-3f, 12_000_000));
        live.accept(new Metric.Evaluation(250, 1.6f, true, 400_000_000));
        List<String> shown = live.screen();
        assertEquals(3, shown.size());
        for (String line : shown) {
            assertTrue(line.length() < Math.max(2, columns), line);
        }
        if (columns >= 100) {
            assertTrue(shown.getFirst().endsWith("[#####---------------]"), shown.toString());
            assertTrue(shown.get(1).contains("smoothed 1.5000  \u2584"), shown.toString());
        }
        if (columns >= 80) {
            assertTrue(shown.getFirst().matches(".*\\[#+-+]"), shown.toString());
            assertTrue(shown.get(1).contains("\u2584"), shown.toString());
            String all = String.join("\n", shown);
            for (String part : List.of(
                    "step 250/1000",
                    "25 %",
                    "10 s left",
                    "next save in 3.4 s, at step 500",
                    "loss 1.5000",
                    "smoothed 1.5000",
                    "1.6000",
                    "2.308 bits/byte",
                    "4.953",
                    "rate 1.00e-03",
                    "norm 1.10",
                    "100 % clipped",
                    "5,333 tokens/s",
                    "25 % of peak")) {
                assertTrue(all.contains(part), all);
            }
        }
    }

    @Test
    void linesHaveEndsSoThatNoTerminalJoinsThem() {
        Live live = new Live(100);
        live.accept(new Metric.Step(250, 1.5f, 1.1f, 1e-3f, 12_000_000));
        assertEquals(2, live.text().chars().filter(c -> c == '\n').count(), live.text());
        assertFalse(live.text().contains("      "), "no line is filled up to the next");
    }

    @Test
    void screenIsPaintedTenTimesASecondAtMost() {
        Live live = new Live(100);
        int painted = 0;
        for (int step = 1; step <= 100; step++) {
            int before = live.bytes.size();
            live.now += 10_000_000;
            live.accept(new Metric.Step(step, 1.5f, 1, 1e-3f, 10_000_000));
            painted += live.bytes.size() > before ? 1 : 0;
        }
        assertEquals(10, painted);
    }

    @Test
    void linesAreAsLongAsTheTerminalIsWideNow() {
        Live live = new Live(120);
        live.accept(new Metric.Step(250, 1.5f, 1.1f, 1e-3f, 12_000_000));
        live.resize(40);
        live.accept(new Metric.Evaluation(250, 1.6f, true, 400_000_000));
        live.resize(100);
        live.accept(new Metric.Evaluation(250, 1.7f, true, 400_000_000));
        assertTrue(live.screen().stream().anyMatch(line -> line.contains("validation 1.7000")), live.text());
        assertTrue(live.screen().stream().anyMatch(line -> line.contains("at step 500")), live.text());
    }

    @Test
    void whatHappensToTheScreenMeanwhileIsSoonGone() {
        Live live = new Live(60);
        live.accept(new Metric.Step(250, 1.5f, 1.1f, 1e-3f, 12_000_000));
        // The terminal has become narrow, and the signal that says so is still on its way.
        live.columns = 30;
        for (int step = 251; step < 260; step++) {
            live.now += 200_000_000;
            live.accept(new Metric.Step(step, 1.5f, 1.1f, 1e-3f, 12_000_000));
        }
        live.resize(60);
        live.accept(new Metric.Evaluation(260, 1.6f, true, 400_000_000));
        List<String> shown = live.screen();
        assertEquals(3, shown.size(), live.text());
        assertTrue(shown.getFirst().startsWith("step 259/1000  25 %"), live.text());
    }

    @Test
    void aProgramThatWasStoppedBeginsItsLinesAnew() {
        Live live = new Live(80);
        live.accept(new Metric.Step(1, 1.5f, 1, 1e-3f, 10_000_000));
        live.bytes.writeBytes("\n$ fg\n".getBytes(StandardCharsets.UTF_8));
        live.screen.goOn();
        live.accept(new Metric.Evaluation(1, 1.6f, true, 400_000_000));
        List<String> shown = live.screen();
        assertEquals("$ fg", shown.get(3));
        assertEquals(7, shown.size());
    }

    @Test
    void aTerminalThatCannotBeWrittenOverGetsLines() throws IOException {
        String out = new Session(folder)
                .on(new Screen("dumb", () -> Screen.USUAL))
                .train("--iters=20", "--out=run")
                .out();
        assertTrue(out.contains("step 20/20  loss "), out);
        assertFalse(out.contains("\r") || out.contains("\u001b"), out);
    }

    @Test
    void whatIsSaidStaysAboveTheLinesThatChange() {
        Live live = new Live(80);
        live.accept(new Metric.Step(1, 1.5f, 1, 1e-3f, 10_000_000));
        live.progress.say("first");
        live.accept(new Metric.Evaluation(1, 1.6f, true, 400_000_000));
        live.progress.say("second");
        live.accept(new Metric.Evaluation(1, 1.7f, true, 400_000_000));
        List<String> shown = live.screen();
        assertEquals(List.of("first", "second"), shown.subList(0, 2));
        assertEquals(5, shown.size());
        assertTrue(shown.get(3).contains("1.7000"), shown.toString());
    }

    @Test
    void whatOthersWriteIsNotWrittenOver() {
        Live live = new Live(80);
        live.accept(new Metric.Step(1, 1.5f, 1, 1e-3f, 10_000_000));
        live.bytes.writeBytes("\nstopping\n".getBytes(StandardCharsets.UTF_8));
        live.progress.interrupted();
        live.accept(new Metric.Evaluation(1, 1.6f, true, 400_000_000));
        live.progress.end();
        List<String> shown = live.screen();
        assertEquals("stopping", shown.get(3));
        assertEquals(7, shown.size());
    }

    @Test
    void smoothedLossOfEqualLossesIsThatLossFromTheFirstStepOn() {
        Pace pace = new Pace(RunState.fresh(CONFIG, DATA), YARDSTICKS);
        for (int step = 1; step <= 50; step++) {
            pace.accept(new Metric.Step(step, 2.5f, 0.5f, 1e-3f, 10_000_000));
            assertEquals(2.5, pace.smoothedLoss(), 1e-12);
            assertEquals(0, pace.lossDeviation(), 1e-12);
            assertEquals(0, pace.clippedShare());
        }
        pace.accept(new Metric.Step(51, 3.5f, 2, 1e-3f, 10_000_000));
        // One difference of 1.
        assertEquals(Math.sqrt(0.5 * 0.05 / (1 - Math.pow(0.95, 51))), pace.lossDeviation(), 1e-9);
        double weightOfLast = 0.05 / (1 - Math.pow(0.95, 51));
        assertEquals(2.5 + weightOfLast, pace.smoothedLoss(), 1e-9);
        assertEquals(weightOfLast, pace.clippedShare(), 1e-9);
    }

    @Test
    void timeLeftCountsStepsAndValidations() {
        Pace pace = new Pace(RunState.fresh(CONFIG, DATA), YARDSTICKS);
        pace.accept(new Metric.Evaluation(250, 1.6f, true, 400_000_000));
        pace.accept(new Metric.Step(300, 1.5f, 1, 1e-3f, 10_000_000));
        assertEquals(500, pace.nextSave());
        assertEquals(200 * 10_000_000L + 400_000_000L, pace.nanosToSave());
        assertEquals(700 * 10_000_000L + 3 * 400_000_000L, pace.nanosLeft());
        pace.accept(new Metric.Step(1000, 1.5f, 1, 1e-3f, 10_000_000));
        assertEquals(0, pace.nanosLeft());
    }

    @Test
    void closedPipeEndsTheRunQuietlyAndKeepsIt() throws IOException {
        Session session = new Session(folder);
        OutputStream closedAfterHeader = new OutputStream() {
            private final StringBuilder line = new StringBuilder();

            @Override
            public void write(int b) throws IOException {
                line.append((char) b);
                if (line.toString().startsWith("step")) {
                    throw new IOException("Broken pipe");
                }
                line.setLength(b == '\n' ? 0 : line.length());
            }
        };
        assertEquals(
                Failures.CLOSED_PIPE,
                session.writingTo(closedAfterHeader)
                        .train("--iters=500", "--out=run")
                        .exitCode());
        assertTrue(Files.isDirectory(folder.resolve("run/step-000100")));
    }

    /** A terminal with nothing but progress on it, and a clock that stands. */
    private static final class Live {
        private static final int ROWS = 24;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Pace pace = new Pace(RunState.fresh(CONFIG, DATA), YARDSTICKS);
        private final LiveProgress progress;
        private final Screen screen;
        private int columns;
        private long now;

        Live(int columns) {
            this.columns = columns;
            screen = new Screen("xterm", () -> Size.of(this.columns, ROWS));
            progress = new LiveProgress(new Output(bytes), pace, new LossHistory(), screen, () -> now);
        }

        void resize(int newColumns) {
            columns = newColumns;
            screen.resize();
        }

        void accept(Metric metric) {
            pace.accept(metric);
            progress.accept(metric);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        List<String> screen() {
            return Seen.on(columns, ROWS, text());
        }
    }
}
