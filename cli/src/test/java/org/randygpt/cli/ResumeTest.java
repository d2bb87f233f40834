package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ResumeTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @Test
    void resumedRunEqualsOneThatNeverStopped() throws IOException {
        Result whole = session.train("--iters=20", "--eval-every=5", "--out=whole", "--sample-tokens=30");
        assertEquals(0, whole.exitCode(), whole.err());

        Result stopped = session.stoppedAfter(12).train("--iters=20", "--eval-every=5", "--out=parts");
        assertEquals(130, stopped.exitCode(), stopped.err());
        assertTrue(stopped.out().contains("go on with: randygpt train --resume "), stopped.out());
        assertTrue(Files.isDirectory(folder.resolve("parts/step-000012")));

        Result resumed = new Session(folder).run("train", "--resume=parts", "--threads=2", "--sample-tokens=30");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(sample(whole), sample(resumed));
        for (String file : new String[] {"model.safetensors", "optimizer.safetensors", "trainer_state.json"}) {
            assertEquals(sha256("whole/step-000020", file), sha256("parts/step-000020", file), file);
        }
        assertEquals(sha256("whole", "model.safetensors"), sha256("parts", "model.safetensors"));
    }

    private static String sample(Result result) {
        String out = result.out();
        return out.substring(out.indexOf("A sample of what it writes"), out.indexOf("More of it: "));
    }

    @Test
    void finishedRunSaysSoAndGoesOnWithMoreIterations() {
        session.train("--iters=3");
        Result finished = session.run("train", "--resume");
        assertEquals(0, finished.exitCode(), finished.err());
        assertTrue(finished.out().contains("is finished: it has done all of its 3 steps"), finished.out());
        assertEquals(2, session.run("train", "--resume", "--data=missing.txt").exitCode());
        Result longer = session.run("train", "--resume", "--iters=5", "--sample-tokens=0");
        assertEquals(0, longer.exitCode(), longer.err());
        assertTrue(longer.out().contains("step 5/5"), longer.out());
        assertEquals(2, session.run("train", "--resume", "--iters=4").exitCode());
    }

    @Test
    void aRunOfSoManyMinutesMayGetMoreOfThem() throws IOException {
        assertEquals(0, session.train("--minutes=0.01", "--out=run").exitCode());
        Result finished = session.run("train", "--resume=run", "--minutes=0.01");
        assertEquals(0, finished.exitCode(), finished.err());
        assertTrue(finished.out().contains("give it more with --iters or --minutes."), finished.out());
        Result few = session.run("train", "--resume=run", "--minutes=0.00001");
        assertEquals(2, few.exitCode());
        assertTrue(few.err().contains("--minutes is 1e-5, and the run has taken "), few.err());
        assertTrue(few.err().contains("give more, for they count from its beginning"), few.err());
        Result both = session.run("train", "--resume=run", "--minutes=9", "--iters=9");
        assertEquals(2, both.exitCode());
        assertTrue(both.err().contains("give one of them"), both.err());

        RunState before = state();
        float more = 3 * before.progress().milliseconds() / 60_000f;
        Result longer = session.run("train", "--resume=run", "--minutes=" + more, "--sample-tokens=0");
        assertEquals(0, longer.exitCode(), longer.err());
        RunState after = state();
        assertTrue(after.step() > before.step());
        assertTrue(after.isFinished());
        assertEquals(more, after.config().stopping().minutes());
    }

    @Test
    void aRunOfSoManyStepsHasNoMinutes() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        Result refused = new Session(folder).run("train", "--resume=run", "--minutes=1");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("nobody has counted its minutes; give --iters"), refused.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--out=run", "--out=new/folders/run", "--threads=1"})
    void aRunThatIsStoppedBeforeItsFirstStepLeavesNothing(String option) throws IOException {
        List<String> before = session.contents();
        Result stopped = session.stoppedAfter(0).train("--iters=4", option);
        assertEquals(130, stopped.exitCode(), stopped.err());
        assertTrue(stopped.out().contains("Stopped before the first step; there is nothing to save."), stopped.out());
        assertEquals(before, session.contents());
    }

    private RunState state() throws IOException {
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            return run.latestState();
        }
    }

    @Test
    void textMayMoveButNotChange() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        Files.move(folder.resolve("text.txt"), folder.resolve("moved.txt"));
        Files.writeString(folder.resolve("other.txt"), Session.text() + "!");
        Session again = new Session(folder);
        Files.delete(folder.resolve("text.txt"));

        Result gone = again.run("train", "--resume=run");
        assertEquals(2, gone.exitCode());
        assertTrue(gone.err().contains("text.txt: there is no such file"), gone.err());
        Result other = again.run("train", "--resume=run", "--data=other.txt");
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("the SHA-256 of "), other.err());
        Result moved = again.run("train", "--resume=run", "--data=moved.txt", "--sample-tokens=0");
        assertEquals(0, moved.exitCode(), moved.err());
    }

    @Test
    void everySettingThatWouldMakeItAnotherRunIsNamed() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        Files.writeString(folder.resolve("other.txt"), Session.text() + "!");
        List<String> before = session.contents();
        Result refused = new Session(folder)
                .run(
                        "train",
                        "--resume=run",
                        "--lr=0.1",
                        "--batch=4",
                        "--width=32",
                        "--head=tied",
                        "--schedule=cosine",
                        "--data=other.txt",
                        "--threads=2");
        assertEquals(2, refused.exitCode());
        for (String difference : List.of(
                "--lr is 0.1 here and 0.02 in the run",
                "--width is 32 here and 16 in the run",
                "--head is tied here and untied in the run",
                "--schedule is cosine here and wsd in the run",
                "the SHA-256 of ")) {
            assertTrue(refused.err().contains(difference), refused.err());
        }
        assertFalse(refused.err().contains("--batch"), refused.err());
        assertFalse(refused.err().contains("--threads"), refused.err());
        assertEquals(before, session.contents());
    }

    @Test
    void theSameSettingsMayBeGivenAgain() throws IOException {
        String[] settings = {"--iters=4", "--warmup=1", "--schedule=wsd", "--decay-fraction=0.5", "--min-lr=1e-4"};
        session.stoppedAfter(2).train(with(settings, "--out=run"));
        Result resumed = new Session(folder).train(with(settings, "--resume=run"));
        assertEquals(0, resumed.exitCode(), resumed.err());
        new Session(folder).train(with(settings, "--out=whole"));
        assertEquals(sha256("whole/step-000004", "model.safetensors"), sha256("run/step-000004", "model.safetensors"));
    }

    @Test
    void everyOptionMayDifferOrIsCompared() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        GptConfig model = ModelFolder.readConfig(folder.resolve("run"));
        Set<String> compared = new HashSet<>(ModelOptions.values(model).keySet());
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            RunState state = run.latestState();
            compared.addAll(OptimizationOptions.values(state.config()).keySet());
            compared.addAll(SamplingOptions.values(state.config().sampling()).keySet());
            compared.addAll(TextOptions.values(state.data().settings()).keySet());
        }
        Set<String> options = new HashSet<>();
        for (OptionSpec option : new CommandLine(new TrainCommand(Environment.ofThisProcess()))
                .getCommandSpec()
                .options()) {
            options.add(option.longestName());
        }
        options.removeAll(Set.of("--out", "--init", "--tokenizer")); // not with --resume
        assertTrue(Collections.disjoint(compared, StoredRun.MAY_DIFFER));
        compared.addAll(StoredRun.MAY_DIFFER);
        compared.remove("--verbose"); // of the program
        assertEquals(options, compared);
    }

    private static String[] with(String[] first, String more) {
        return Stream.concat(Arrays.stream(first), Stream.of(more)).toArray(String[]::new);
    }

    private String sha256(String inside, String file) throws IOException {
        return Sha256.of(Files.readAllBytes(folder.resolve(inside).resolve(file)))
                .concat(
                        file.endsWith(".json")
                                ? Files.readString(folder.resolve(inside).resolve(file))
                                : "");
    }
}
