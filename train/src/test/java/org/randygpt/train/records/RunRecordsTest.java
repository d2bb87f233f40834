package org.randygpt.train.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TextSettings;
import org.randygpt.train.Algorithm;
import org.randygpt.train.DataSource;
import org.randygpt.train.DivergedException;
import org.randygpt.train.Divergences;
import org.randygpt.train.Metric;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.Progress;
import org.randygpt.train.Progress.Best;
import org.randygpt.train.RunState;
import org.randygpt.train.Saving;
import org.randygpt.train.Schedule;
import org.randygpt.train.ScheduleConfig;
import org.randygpt.train.TrainingConfig;

class RunRecordsTest {
    private static final DataSource DATA = new DataSource(List.of("text"), TextSettings.USUAL, "00");

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
    private static final int STEPS = 20;
    private static final int EVERY = 5;

    @TempDir
    private Path folder;

    private final List<IOException> warnings = new ArrayList<>();

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        run(folder, 0, STEPS);
        RunCurves curves = RunCurves.read(folder);
        assertEquals(header(), curves.header());
        assertEquals(STEPS, curves.plannedSteps());
        assertEquals(STEPS, curves.steps().size());
        assertEquals(step(7), curves.steps().get(6));
        assertEquals(List.of(validation(5), validation(10), validation(15), validation(20)), curves.validations());
        List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
        assertEquals(1 + STEPS + STEPS / EVERY, lines.size());
        assertEquals(
                "{\"step\":1,\"loss\":4.0,\"gradient_norm\":0.5,\"learning_rate\":0.001,\"milliseconds\":50.0,"
                        + "\"tokens_per_second\":2000.0}",
                lines.get(1));
        assertEquals(List.of(), warnings);
    }

    /** The process is killed after some steps more, in the middle of a line. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 7, 12, 19, 20})
    void aRunThatWasKilledGoesOnAsIfItHadNeverStopped(int saved) throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        run(whole, 0, STEPS);
        Path parts = Files.createDirectory(folder.resolve("parts"));
        run(parts, 0, Math.min(STEPS, saved + 6));
        for (String name : List.of("metrics.jsonl", "metrics.csv")) {
            byte[] bytes = Files.readAllBytes(parts.resolve(name));
            Files.write(parts.resolve(name), Arrays.copyOf(bytes, bytes.length - 3));
        }
        run(parts, saved, STEPS);
        // The step itself may be what was torn.
        int from = saved == STEPS ? 2 : 0;
        for (String name : List.of("metrics.jsonl", "metrics.csv")) {
            List<String> wanted = Files.readAllLines(whole.resolve(name));
            List<String> found = Files.readAllLines(parts.resolve(name));
            assertEquals(wanted.subList(0, wanted.size() - from), found.subList(0, wanted.size() - from), name);
        }
    }

    @Test
    void aTornLineIsNotReadAndADamagedOneIsNamed() throws IOException {
        run(folder, 0, STEPS);
        Path file = folder.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":21,\"lo", StandardOpenOption.APPEND);
        assertEquals(STEPS, RunCurves.read(folder).steps().size());
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
        IOException damaged = assertThrows(IOException.class, () -> RunCurves.read(folder));
        assertTrue(damaged.toString().contains("metrics.jsonl: line 26: "), damaged::toString);
    }

    @Test
    void whereARunGoesBackWhatDidNotCountIsGoneAndTheEventStays() throws IOException {
        try (RunRecords records = records(folder, 0, 0, STEPS)) {
            feed(records, 0, 13);
            records.accept(new Metric.RolledBack(10, 0.5f, diverged()));
            feed(records, 10, 14);
        }
        RunCurves curves = RunCurves.read(folder);
        assertEquals(14, curves.steps().size());
        assertEquals(step(11), curves.steps().get(10));
        assertEquals(List.of(10L), curves.rollbacks());
        assertTrue(Files.readString(folder.resolve("metrics.jsonl")).contains("\"rollback\":1,\"from_step\":13,"));
        assertEquals(
                1 + 14 + 2, Files.readAllLines(folder.resolve("metrics.csv")).size());

        // Killed before its next save, it goes on from the one before it went back, of which that knows nothing.
        Path again = Files.createDirectory(folder.resolve("again"));
        Files.copy(folder.resolve("metrics.jsonl"), again.resolve("metrics.jsonl"));
        try (RunRecords records = records(again, 10, 0, STEPS)) {
            feed(records, 10, 11);
        }
        assertEquals(List.of(), RunCurves.read(again).rollbacks());
        // And from one after it, which does.
        try (RunRecords records = records(folder, 14, 1, STEPS)) {
            feed(records, 14, 15);
        }
        assertEquals(List.of(10L), RunCurves.read(folder).rollbacks());
        assertEquals(15, RunCurves.read(folder).steps().size());
    }

    @Test
    void tensorBoardIsToldFromWhichStepOnToForget() throws IOException {
        run(folder, 0, 7);
        run(folder, 5, 6);
        List<Path> files = RunRecords.in(folder).stream()
                .filter(path -> path.getFileName().toString().startsWith("events"))
                .toList();
        assertEquals(
                List.of("events.out.tfevents.1700000000.randygpt", "events.out.tfevents.1700000000.randygpt.2"),
                files.stream().map(path -> path.getFileName().toString()).toList());
        EventReader.Event session =
                EventReader.read(Files.readAllBytes(files.getLast())).get(1);
        assertEquals(1, session.session());
        assertEquals(6, session.step());
    }

    @Test
    void aRunGoesOnWritingWhatItHasWritten() throws IOException {
        run(folder, 0, 7);
        try (RunRecords records =
                new RunRecords(folder, state(5, 0, STEPS), header(), Set.of(), CLOCK, warnings::add)) {
            feed(records, 5, 9);
        }
        assertEquals(
                1 + 9 + 1, Files.readAllLines(folder.resolve("metrics.csv")).size());
        assertEquals(4, RunRecords.in(folder).size());
    }

    @Test
    void anotherNumberOfStepsIsRead() throws IOException {
        run(folder, 0, STEPS);
        try (RunRecords records = records(folder, STEPS, 0, 30)) {
            feed(records, STEPS, 21);
            records.accept(new Metric.Planned(40));
        }
        assertEquals(40, RunCurves.read(folder).plannedSteps());
        List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
        assertTrue(lines.contains("{\"step\":20,\"planned_steps\":30}"), lines::toString);
        assertEquals("{\"step\":21,\"planned_steps\":40}", lines.getLast());
    }

    @Test
    void aNewRunBeginsItsFilesAnew() throws IOException {
        run(folder, 0, STEPS);
        run(folder, 0, 3);
        assertEquals(3, RunCurves.read(folder).steps().size());
        assertEquals(4, Files.readAllLines(folder.resolve("metrics.csv")).size());
    }

    @Test
    void nothingIsWrittenBeforeTheFirstStep() throws IOException {
        records(folder, 0, 0, STEPS).close();
        assertEquals(List.of(), RunRecords.in(folder));
        NoSuchFileException none = assertThrows(NoSuchFileException.class, () -> RunCurves.read(folder));
        assertTrue(none.getReason().contains("metrics.jsonl"), none::toString);
    }

    @Test
    void whatASaveCouldHoldIsWrittenBeforeIt() throws IOException {
        try (RunRecords records = records(folder, 0, 0, STEPS)) {
            feed(records, 0, 3); // saved after each third
            assertEquals(3, RunCurves.read(folder).steps().size());
            feed(records, 3, 5); // validated
            assertEquals(5, RunCurves.read(folder).steps().size());
            assertEquals(1, RunCurves.read(folder).validations().size());
        }
    }

    @Test
    void aDiskThatFailsIsToldOnce() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "only Linux has such a disk");
        Files.createSymbolicLink(folder.resolve("metrics.jsonl"), full);
        Files.createDirectory(folder.resolve("metrics.csv"));
        run(folder, 0, STEPS);
        assertEquals(1, warnings.size(), warnings::toString);
        assertFalse(Files.isRegularFile(folder.resolve("metrics.csv")));
    }

    private void run(Path path, int from, int to) throws IOException {
        try (RunRecords records = records(path, from, 0, STEPS)) {
            feed(records, from, to);
        }
    }

    private RunRecords records(Path path, int from, int rollbacks, int steps) {
        return new RunRecords(
                path, state(from, rollbacks, steps), header(), EnumSet.allOf(LogFormat.class), CLOCK, warnings::add);
    }

    private static void feed(RunRecords records, int from, int to) {
        for (int i = from + 1; i <= to; i++) {
            records.accept(step(i));
            if (i % EVERY == 0) {
                records.accept(validation(i));
            }
        }
    }

    private static Metric.Step step(int number) {
        return new Metric.Step(number, 4f / number, 0.5f, 1e-3f, 50_000_000);
    }

    private static Metric.Evaluation validation(int number) {
        return new Metric.Evaluation(number, 5f / number, number % 10 == 0, 1_000_000);
    }

    private static DivergedException diverged() {
        return Divergences.at(13);
    }

    private static RunHeader header() {
        SequencedMap<String, Double> floors = new LinkedHashMap<>();
        floors.put("uniform", 4.5);
        floors.put("5-gram", 1.5);
        return new RunHeader(CLOCK.instant(), "text", 10, 100, 1.5, STEPS, floors);
    }

    private static RunState state(int step, int rollbacks, int steps) {
        TrainingConfig config = new TrainingConfig(
                1,
                1,
                steps,
                OptimizerConfig.usual(Algorithm.MUON),
                new ScheduleConfig(Schedule.CONSTANT, 0, 0),
                EVERY,
                1);
        Progress progress = new Progress(step, 0, new Best(1, 0), 0, 1, rollbacks, 0);
        return new RunState(config, Saving.USUAL, DATA, progress)
                .with(new Saving(OptionalLong.of(3), 2, Saving.OnError.CONTINUE));
    }
}
