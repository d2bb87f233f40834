package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;
import org.randygpt.train.Metric;
import org.randygpt.train.records.RunCurves;
import org.randygpt.train.records.RunRecords;

/** What {@code train} writes down. */
class RecordsTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @Test
    void aResumedRunHasWrittenDownWhatOneHasThatNeverStopped() throws IOException {
        assertEquals(
                0, session.train("--iters=20", "--eval-every=5", "--out=whole").exitCode());
        Result stopped = session.stoppedAfter(12).train("--iters=20", "--eval-every=5", "--out=parts");
        assertEquals(130, stopped.exitCode(), stopped.err());
        assertEquals(12, curves("parts").steps().size());
        Result resumed = new Session(folder).run("train", "--resume=parts", "--sample-tokens=0");
        assertEquals(0, resumed.exitCode(), resumed.err());
        RunCurves whole = curves("whole");
        RunCurves parts = curves("parts");
        assertEquals(
                whole.steps().stream().map(RecordsTest::withoutTime).toList(),
                parts.steps().stream().map(RecordsTest::withoutTime).toList());
        assertEquals(
                whole.validations().stream().map(RecordsTest::withoutTime).toList(),
                parts.validations().stream().map(RecordsTest::withoutTime).toList());
        assertEquals(whole.header().floors(), parts.header().floors());
        assertEquals(64, whole.header().tokensPerStep());
    }

    @Test
    void otherFormsAreWrittenWhereTheyAreWantedAndGoneOnWith() throws IOException {
        Result stopped = session.stoppedAfter(4).train("--iters=6", "--out=run", "--log=csv,tensorboard");
        assertEquals(130, stopped.exitCode(), stopped.err());
        assertEquals(
                0,
                new Session(folder)
                        .run("train", "--resume=run", "--sample-tokens=0")
                        .exitCode());
        assertEquals(
                1 + 6 + 1, Files.readAllLines(folder.resolve("run/metrics.csv")).size());
        assertEquals(4, RunRecords.in(folder.resolve("run")).size());

        session = new Session(folder);
        assertEquals(
                0,
                session.train("--iters=2", "--out=twice", "--log=csv", "--log=tensorboard")
                        .exitCode());
        assertEquals(3, RunRecords.in(folder.resolve("twice")).size());
        Result refused = session.train("--iters=2", "--log=wandb");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("is no form of records; there are csv, tensorboard"), refused.err());
    }

    @Test
    void aRunGoesOnWithoutWhatCannotBeWritten() throws IOException {
        Files.createDirectories(folder.resolve("run/metrics.jsonl"));
        Files.createDirectories(folder.resolve("run/metrics.csv"));
        Result trained = session.train("--iters=8", "--out=run", "--log=csv");
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals(1, trained.err().split("cannot be written down", -1).length - 1, trained.err());
    }

    private RunCurves curves(String run) throws IOException {
        return RunCurves.read(folder.resolve(run));
    }

    private static List<Object> withoutTime(Metric metric) {
        return switch (metric) {
            case Metric.Step step -> List.of(step.step(), step.loss(), step.gradientNorm(), step.learningRate());
            case Metric.Evaluation validation -> List.of(validation.step(), validation.loss(), validation.best());
            default -> List.of();
        };
    }
}
