package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.Trainer.Outcome;

class TrainerTest {
    private static final String TEXT = "the quick brown fox jumps over the lazy dog; ".repeat(40);
    private static final CharTokenizer TOKENIZER = CharTokenizer.of(TEXT);
    private static final TrainingConfig CONFIG = iterations(20);

    @TempDir
    private Path folder;

    private final List<Metric> metrics = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void trainingLowersTheLoss(Architecture architecture) throws IOException {
        Outcome outcome = train(architecture, 1, folder.resolve("run"), TrainerTest::never);
        assertTrue(outcome.finalLoss() < outcome.state().progress().initialLoss() - 0.5, outcome::toString);
        assertEquals(Math.log(TOKENIZER.vocabSize()), outcome.state().progress().initialLoss(), 0.05);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void manyThreadsGiveTheBitsOfOne(int threads) throws IOException {
        Outcome alone = train(Architecture.GPT2, 1, folder.resolve("alone"), TrainerTest::never);
        Outcome together = train(Architecture.GPT2, threads, folder.resolve("together"), TrainerTest::never);
        assertEquals(alone, together);
        assertArrayEquals(weights(folder.resolve("alone")), weights(folder.resolve("together")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 12, 19})
    void resumingIsNeverHavingStopped(int stopAfter) throws IOException {
        Outcome whole = train(Architecture.RANDYGPT, 1, folder.resolve("whole"), TrainerTest::never);
        Path stopped = folder.resolve("stopped");
        int[] steps = {0};
        Outcome first = train(Architecture.RANDYGPT, 1, stopped, () -> steps[0]++ == stopAfter);
        assertEquals(stopAfter, first.state().step());

        assertEquals(whole, resume(stopped, CONFIG));
        assertArrayEquals(weights(folder.resolve("whole/step-000020")), weights(stopped.resolve("step-000020")));
        assertArrayEquals(weights(folder.resolve("whole")), weights(stopped));
    }

    @ParameterizedTest
    @EnumSource
    void resumingGoesOnWithTheScheduleOfTheRun(Schedule schedule) throws IOException {
        TrainingConfig config = config(20, schedule);
        Outcome whole = train(config, folder.resolve("whole"), TrainerTest::never);
        Path stopped = folder.resolve("stopped");
        int[] asked = {0};
        train(config, stopped, () -> asked[0]++ == 14);
        try (Workers workers = new Workers(2);
                RunFolder run = RunFolder.open(stopped)) {
            RunState state = run.latestState();
            assertEquals(config, state.config());
            Hardware hardware = new Hardware(workers, VectorKernels::new);
            assertEquals(
                    whole,
                    new Trainer(run.latestModel(), state, dataset(), run, hardware, metrics::add)
                            .run(TrainerTest::never));
        }
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "trainer_state.json")) {
            Path last = Path.of("step-000020", file);
            assertEquals(-1, Files.mismatch(folder.resolve("whole").resolve(last), stopped.resolve(last)), file);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.3f})
    void aBatchInPartsIsTheWholeBatch(float dropout) throws IOException {
        float[] whole = weightsAfterOneStep(12, 12, 1, dropout);
        float[] parts = weightsAfterOneStep(12, 4, 1, dropout);
        // AdamW's first step divides each gradient by its own size, so that only signs could differ.
        assertArrayEquals(whole, parts, 1e-4f);
        assertArrayEquals(parts, weightsAfterOneStep(12, 4, 3, dropout), "three threads");
    }

    private float[] weightsAfterOneStep(int batch, int microBatch, int threads, float dropout) throws IOException {
        TrainingConfig config = new TrainingConfig(
                batch,
                microBatch,
                20,
                OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 0.05f),
                new ScheduleConfig(Schedule.COSINE, 1e-3f, 0),
                dropout,
                0,
                Stopping.USUAL,
                7,
                Sampling.USUAL,
                42);
        SavedModel model = model(Architecture.GPT2);
        Path to = folder.resolve("batch-%d-%d-%d".formatted(batch, microBatch, threads));
        try (Workers workers = new Workers(threads);
                RunFolder run = RunFolder.create(to)) {
            trainer(model, run, workers, config).step();
        }
        return model.parameters().values();
    }

    @Test
    void theFolderHoldsTheBestModelAndTheNewestTwoGenerations() throws IOException {
        Outcome outcome = train(Architecture.GPT2, 1, folder.resolve("run"), TrainerTest::never);
        SavedModel best = ModelFolder.load(folder.resolve("run"));
        try (Workers workers = new Workers(1);
                RunFolder judges = RunFolder.create(folder.resolve("judge"))) {
            Trainer judge = trainer(best, judges, workers);
            assertEquals(outcome.state().progress().best().loss(), new Evaluator(judge.plan(), dataset()).loss());
        }
        assertEquals(List.of("step-000014", "step-000020"), generations(folder.resolve("run")));
        assertEquals("step-000020\n", Files.readString(folder.resolve("run/latest")));
        assertEquals(
                List.of(7L, 14L, 20L),
                metrics.stream()
                        .filter(Metric.Evaluation.class::isInstance)
                        .map(metric -> ((Metric.Evaluation) metric).step())
                        .toList());
    }

    @Test
    void aRunStoppedBeforeItsFirstValidationLeavesAModel() throws IOException {
        int[] asked = {0};
        train(Architecture.GPT2, 1, folder.resolve("run"), () -> asked[0]++ == 2);
        assertArrayEquals(weights(folder.resolve("run/step-000002")), weights(folder.resolve("run")));
    }

    @Test
    void twoRunsDoNotTrainInOneFolder() throws IOException {
        Path taken = folder.resolve("run");
        try (RunFolder run = RunFolder.create(taken)) {
            IOException refused = assertThrows(FolderInUseException.class, () -> RunFolder.create(run.path()));
            assertTrue(refused.toString().contains("another run is training there"), refused::toString);
        }
        train(Architecture.GPT2, 1, taken, TrainerTest::never);
        try (RunFolder run = RunFolder.open(taken)) {
            assertThrows(FolderInUseException.class, () -> RunFolder.open(run.path()));
        }
        RunFolder.open(taken).close();
    }

    @Test
    void aCopyOfTheBestModelThatIsGoneIsMadeAgain() throws IOException {
        Path run = folder.resolve("run");
        train(Architecture.GPT2, 1, run, TrainerTest::never);
        Files.delete(run.resolve("config.json"));
        Files.delete(run.resolve("model.safetensors"));
        RunFolder.open(run).close();
        String best = Files.readString(run.resolve("best")).strip();
        assertArrayEquals(weights(run.resolve(best)), weights(run));
    }

    @Test
    void whatAKilledRunLeftHalfWrittenIsRemovedAndNothingElse() throws IOException {
        Path run = folder.resolve("run");
        train(Architecture.GPT2, 1, run, TrainerTest::never);
        Path file = run.resolve(".model.safetensors.%s.tmp".formatted(UUID.randomUUID()));
        Path checkpoint = run.resolve(".step-000021.tmp");
        Path notes = run.resolve("notes.tmp");
        Path copy = run.resolve("copy of step-000014");
        Files.writeString(file, "half");
        Files.writeString(Files.createDirectory(checkpoint).resolve("config.json"), "half");
        Files.writeString(notes, "whole");
        Files.writeString(Files.createDirectory(copy).resolve("config.json"), "whole");
        RunFolder.open(run).close();
        assertFalse(Files.exists(file));
        assertFalse(Files.exists(checkpoint));
        resume(run, iterations(21));
        assertTrue(Files.exists(notes));
        assertTrue(Files.exists(copy.resolve("config.json")));
    }

    @Test
    void aStateOfAnotherStepIsRefused() throws IOException {
        train(Architecture.GPT2, 1, folder.resolve("run"), TrainerTest::never);
        Files.move(folder.resolve("run/step-000020"), folder.resolve("run/step-000021"));
        IOException refused = assertThrows(IOException.class, () -> RunFolder.open(folder.resolve("run")));
        assertTrue(refused.toString().contains("step is 20"), refused::toString);
    }

    @Test
    void aFolderThatHoldsARunIsNotTaken() throws IOException {
        train(Architecture.GPT2, 1, folder.resolve("run"), () -> true);
        RunFolder.create(folder.resolve("run")).close();
        train(Architecture.GPT2, 1, folder.resolve("full"), TrainerTest::never);
        assertThrows(FileAlreadyExistsException.class, () -> RunFolder.create(folder.resolve("full")));
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndKeepsTheModel() throws IOException {
        SavedModel model = model(Architecture.GPT2);
        model.parameters().values()[Matrix.ALIGNED_START] = Float.NaN; // wte of the first character
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(folder.resolve("run"))) {
            Trainer trainer = trainer(model, run, workers);
            DivergedException thrown = assertThrows(DivergedException.class, () -> trainer.run(TrainerTest::never));
            assertTrue(thrown.toString().contains("step "), thrown::toString);
        }
        assertFalse(Files.exists(folder.resolve("run/config.json")));
    }

    private Outcome train(Architecture architecture, int threads, Path to, BooleanSupplier stop) throws IOException {
        try (Workers workers = new Workers(threads);
                RunFolder run = RunFolder.create(to)) {
            return trainer(model(architecture), run, workers).run(stop);
        }
    }

    private Outcome train(TrainingConfig config, Path to, BooleanSupplier stop) throws IOException {
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(to)) {
            return trainer(model(Architecture.GPT2), run, workers, config).run(stop);
        }
    }

    private Trainer trainer(SavedModel model, RunFolder run, Workers workers) throws IOException {
        return trainer(model, run, workers, CONFIG);
    }

    private Trainer trainer(SavedModel model, RunFolder run, Workers workers, TrainingConfig config)
            throws IOException {
        RunState fresh = RunState.fresh(config, TinyRun.DATA);
        return new Trainer(model, fresh, dataset(), run, new Hardware(workers, VectorKernels::new), metrics::add);
    }

    private Outcome resume(Path from, TrainingConfig config) throws IOException {
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.open(from)) {
            RunState state = run.latestState().with(config);
            Hardware hardware = new Hardware(workers, VectorKernels::new);
            return new Trainer(run.latestModel(), state, dataset(), run, hardware, metrics::add)
                    .run(TrainerTest::never);
        }
    }

    private static TrainingConfig iterations(long number) {
        return config(number, Schedule.COSINE);
    }

    private static TrainingConfig config(long number, Schedule schedule) {
        return new TrainingConfig(
                4,
                4,
                number,
                OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 1),
                new ScheduleConfig(schedule, 1e-3f, 5),
                7,
                42);
    }

    private static List<String> generations(Path run) throws IOException {
        try (Stream<Path> paths = Files.list(run)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean never() {
        return false;
    }

    private static SavedModel model(Architecture architecture) {
        Head head = architecture == Architecture.GPT2 ? Head.TIED : Head.UNTIED;
        GptConfig config = new GptConfig(architecture, TOKENIZER.vocabSize(), 16, 32, 2, 4, head, 1e-5f);
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new SplittableRandom(CONFIG.seed()));
        return new SavedModel(config, parameters, TOKENIZER);
    }

    private static TokenDataset dataset() {
        return TokenDataset.of(TOKENIZER.bos(), TOKENIZER.encode(TEXT), 16, CONFIG.seed());
    }

    private static float[] weights(Path model) throws IOException {
        return ModelFolder.load(model).parameters().values();
    }
}
