package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.model.Architecture;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Saving.OnError;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.Trainer.Outcome;

class FailingDiskTest {
    private static final String FULL = "No space left on device";
    private static final int STEPS = 12;

    @TempDir
    private Path folder;

    private final List<Metric> metrics = new ArrayList<>();

    /** At each single call that a save makes: it fails alone, or so does everything after it. */
    @Test
    void wheneverASaveFailsTheOneBeforeItStaysAndTheNextOneWorks() throws IOException {
        long calls = 0;
        boolean failed = true;
        for (; failed; calls++) {
            boolean once = saveAndGoOn(folder.resolve("once-" + calls), calls, calls + 1);
            boolean lasting = saveAndGoOn(folder.resolve("lasting-" + calls), calls, Long.MAX_VALUE);
            failed = once || lasting;
        }
        assertTrue(calls > 50, "calls of a save: " + calls);
    }

    /** Whether a save fails when the disk does from one of its calls until another. */
    private boolean saveAndGoOn(Path path, long from, long until) throws IOException {
        FailingDisk disk = new FailingDisk(FULL);
        SavedStates states = new SavedStates();
        boolean failed = false;
        try (RunFolder run = RunFolder.create(disk, path)) {
            for (long[] save : SavedStates.SAVES.subList(2, 4)) {
                run.save(states.snapshot(save));
            }
            Snapshot next = states.snapshot(SavedStates.SAVES.getLast());
            disk.fail(from, until);
            try {
                run.save(next);
            } catch (IOException problem) {
                assertTrue(problem.toString().contains(FULL), problem::toString);
                failed = true;
            }
            disk.fail(Long.MAX_VALUE, Long.MAX_VALUE);
            if (from % 2 == 0) {
                run.save(next); // once more in the same process
            }
        }
        try (RunFolder run = RunFolder.open(disk, path)) {
            long step = run.latestState().step();
            assertTrue(step == 30 || step == 20 && failed && from % 2 != 0, "step " + step);
            assertEquals(List.of(), strays(path));
            run.save(states.snapshot(new long[] {35, 35}));
        }
        assertEquals(List.of("step-000035"), generations(path));
        return failed;
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, "Disk quota exceeded", "Read-only file system", "Input/output error"})
    void theCauseIsNamed(String cause) throws IOException {
        FailingDisk failing = new FailingDisk(cause);
        try (RunFolder run = RunFolder.create(failing, folder.resolve("run"))) {
            failing.fail(3, Long.MAX_VALUE);
            Snapshot snapshot = new SavedStates().snapshot(SavedStates.SAVES.getFirst());
            IOException problem = assertThrows(IOException.class, () -> run.save(snapshot));
            assertTrue(problem.toString().endsWith(": " + cause), problem::toString);
        }
    }

    @Test
    void trainingGoesOnAndComesToTheSame() throws IOException {
        Outcome undisturbed = train("undisturbed", OnError.CONTINUE);
        Outcome disturbed = train("disturbed", OnError.CONTINUE, 0, 3);
        assertEquals(undisturbed, disturbed);
        List<String> failures = metrics.stream()
                .filter(Metric.NotSaved.class::isInstance)
                .map(Object::toString)
                .toList();
        assertEquals(3, failures.size(), failures::toString);
        assertTrue(failures.getFirst().contains(FULL), failures::toString);
        RunFolder.open(folder.resolve("disturbed")).close();
        for (String file : List.of("model.safetensors", "step-000012/optimizer.safetensors")) {
            assertEquals(-1, Files.mismatch(folder.resolve("undisturbed", file), folder.resolve("disturbed", file)));
        }
        assertEquals(List.of(), strays(folder.resolve("disturbed")));
    }

    @Test
    void trainingEndsWhereItIsTo() {
        IOException problem = assertThrows(IOException.class, () -> train("run", OnError.STOP, 0, 1));
        assertTrue(problem.toString().contains(FULL), problem::toString);
        assertTrue(steps() < STEPS, "steps: " + steps());
    }

    @Test
    void aRunThatCannotBeSavedAtItsEndHasFailedAndWhatWasSavedStays() throws IOException {
        train("run", OnError.CONTINUE);
        metrics.clear();
        FailingDisk disk = new FailingDisk(FULL);
        assertThrows(IOException.class, () -> {
            try (Workers workers = new Workers(1);
                    RunFolder run = RunFolder.open(disk, folder.resolve("run"))) {
                disk.fail(0, Long.MAX_VALUE);
                RunState longer = run.latestState().with(config(2 * STEPS));
                trainer(run.latestModel(), longer, run, workers).run(() -> false);
            }
        });
        assertEquals(STEPS, steps());
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertEquals(STEPS, run.latestState().step());
            assertEquals(List.of(), strays(folder.resolve("run")));
        }
    }

    @Test
    void whatFailsAtTheEndIsTriedTwiceAndSaidOnceWithWhatTheRunHadComeTo() throws IOException {
        FailingDisk disk = new FailingDisk(FULL);
        NotSavedException failure = assertThrows(NotSavedException.class, () -> {
            try (Workers workers = new Workers(1);
                    RunFolder run = RunFolder.create(disk, folder.resolve("run"))) {
                RunState start = RunState.fresh(config(STEPS), TinyRun.DATA).with(saving(OnError.CONTINUE));
                watched(start, run, workers, metric -> failFromTheLastStepOn(metric, disk, Long.MAX_VALUE))
                        .run(() -> false);
            }
        });
        assertTrue(failure.problem().toString().contains(FULL), failure::toString);
        assertEquals(STEPS, failure.outcome().state().step());
        assertTrue(metrics.stream().noneMatch(Metric.NotSaved.class::isInstance), metrics::toString);
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertEquals(STEPS - 2, run.latestState().step());
        }
    }

    @Test
    void whatFailsAtTheEndOnceIsSavedTheSecondTime() throws IOException {
        FailingDisk disk = new FailingDisk(FULL);
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(disk, folder.resolve("run"))) {
            RunState start = RunState.fresh(config(STEPS), TinyRun.DATA).with(saving(OnError.STOP));
            watched(start, run, workers, metric -> failFromTheLastStepOn(metric, disk, 1))
                    .run(() -> false);
            assertEquals(STEPS, run.latestState().step());
        }
        assertTrue(metrics.stream().noneMatch(Metric.NotSaved.class::isInstance), metrics::toString);
    }

    @Test
    void onAFullDiskOldGenerationsGoBeforeTheNextTry() throws IOException {
        Outcome undisturbed = train("undisturbed", OnError.CONTINUE);
        FullDisk disk = new FullDisk(folder.resolve("run"));
        long whole = FullDisk.bytes(folder.resolve("undisturbed"));
        // One more generation fits in by half.
        disk.limit(whole + FullDisk.bytes(folder.resolve("undisturbed/step-000012")) / 2);
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(disk, folder.resolve("run"))) {
            RunState start = RunState.fresh(config(STEPS), TinyRun.DATA).with(saving(OnError.CONTINUE));
            assertEquals(undisturbed, watched(start, run, workers, metric -> {}).run(() -> false));
        }
        assertTrue(metrics.stream().anyMatch(Metric.NotSaved.class::isInstance), metrics::toString);
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertEquals(STEPS, run.latestState().step());
        }
        for (String file : List.of("model.safetensors", "step-000012/optimizer.safetensors")) {
            assertEquals(-1, Files.mismatch(folder.resolve("undisturbed", file), folder.resolve("run", file)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, step-000010 step-000020", "2, step-000010 step-000020", "3, step-000010 step-000015 step-000020"})
    void makingRoomLeavesTheLatestAndTheBest(int keep, String left) throws IOException {
        SavedStates states = new SavedStates();
        try (RunFolder run = RunFolder.create(folder.resolve("run"))) {
            for (long[] save : new long[][] {{5, 0}, {10, 10}, {15, 10}, {20, 10}}) {
                Snapshot snapshot = states.snapshot(save);
                snapshot.take(snapshot.state().with(new Saving(OptionalLong.empty(), 4, OnError.CONTINUE)));
                run.save(snapshot);
            }
            assertEquals(4, generations(run.path()).size());
            RunState next = states.snapshot(new long[] {25, 25}).state();
            run.makeRoom(run.latestState(), next.with(new Saving(OptionalLong.empty(), keep, OnError.CONTINUE)));
            assertEquals(List.of(left.split(" ")), generations(run.path()));
        }
    }

    private void failFromTheLastStepOn(Metric metric, FailingDisk disk, long calls) {
        if (metric instanceof Metric.Step step && step.step() == STEPS) {
            disk.fail(0, calls);
        }
    }

    private Trainer watched(RunState start, RunFolder run, Workers workers, MetricSink watcher) throws IOException {
        return TinyRun.trainer(
                TinyRun.model(Architecture.GPT2), start, run, new Hardware(workers, VectorKernels::new), metric -> {
                    watcher.accept(metric);
                    metrics.add(metric);
                });
    }

    @Test
    void aBestModelThatCouldNotBeSavedIsNotTheOneToBeat() throws IOException {
        FailingDisk disk = new FailingDisk(FULL);
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(disk, folder.resolve("run"))) {
            RunState start = RunState.fresh(config(STEPS), TinyRun.DATA).with(saving(OnError.CONTINUE));
            Trainer trainer = TinyRun.trainer(
                    TinyRun.model(Architecture.GPT2), start, run, new Hardware(workers, VectorKernels::new), metric -> {
                        boolean end = metric instanceof Metric.Step step && step.step() == STEPS - 1;
                        if (metric instanceof Metric.Step) {
                            disk.fail(end ? Long.MAX_VALUE : 0, Long.MAX_VALUE);
                        }
                        metrics.add(metric);
                    });
            long[] asked = {0};
            // Stopped between two validations: none of the models that were validated has been saved.
            RunState end = trainer.run(() -> asked[0]++ == STEPS - 1).state();
            assertEquals(0, end.progress().best().step());
        }
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertEquals(STEPS - 1, run.latestState().step());
            assertEquals("step-000011\n", Files.readString(folder.resolve("run/best")));
        }
    }

    private Outcome train(String name, OnError onError) throws IOException {
        return train(name, onError, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private Outcome train(String name, OnError onError, long failFrom, long failUntil) throws IOException {
        FailingDisk disk = new FailingDisk(FULL);
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(disk, folder.resolve(name))) {
            disk.fail(failFrom, failUntil);
            RunState start = RunState.fresh(config(STEPS), TinyRun.DATA).with(saving(onError));
            return trainer(TinyRun.model(Architecture.GPT2), start, run, workers)
                    .run(() -> false);
        }
    }

    private Trainer trainer(SavedModel model, RunState start, RunFolder run, Workers workers) throws IOException {
        return TinyRun.trainer(model, start, run, new Hardware(workers, VectorKernels::new), metrics::add);
    }

    private long steps() {
        return metrics.stream().filter(Metric.Step.class::isInstance).count();
    }

    private static TrainingConfig config(long steps) {
        return new TrainingConfig(
                3,
                3,
                steps,
                OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 1),
                new ScheduleConfig(Schedule.CONSTANT, 1e-3f, 2),
                4,
                42);
    }

    private static Saving saving(OnError onError) {
        return new Saving(OptionalLong.of(2), 2, onError);
    }

    private static List<String> generations(Path run) throws IOException {
        return names(run).filter(name -> name.startsWith("step-")).toList();
    }

    private static List<String> strays(Path run) throws IOException {
        return names(run)
                .filter(name -> name.startsWith(".") && !name.equals(".lock"))
                .toList();
    }

    private static Stream<String> names(Path run) throws IOException {
        try (Stream<Path> paths = Files.list(run)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }
}
