package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;

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
        assertEquals(
                0, session.train("--iters=20", "--eval-every=5", "--out=whole").exitCode());

        Result stopped = session.stoppedAfter(12).train("--iters=20", "--eval-every=5", "--out=parts");
        assertEquals(130, stopped.exitCode(), stopped.err());
        assertTrue(stopped.out().contains("go on with: randygpt train --resume --out "), stopped.out());
        assertTrue(Files.isDirectory(folder.resolve("parts/checkpoints/step-12")));

        Result resumed = new Session(folder).run("train", "--resume", "--out=parts", "--threads=2");
        assertEquals(0, resumed.exitCode(), resumed.err());
        for (String file : new String[] {"model.safetensors", "optimizer.safetensors", "trainer_state.json"}) {
            assertEquals(sha256("whole/checkpoints/step-20", file), sha256("parts/checkpoints/step-20", file), file);
        }
        assertEquals(sha256("whole", "model.safetensors"), sha256("parts", "model.safetensors"));
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
    void textMayMoveButNotChange() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        Files.move(folder.resolve("text.txt"), folder.resolve("moved.txt"));
        Files.writeString(folder.resolve("other.txt"), Session.text() + "!");
        Session again = new Session(folder);
        Files.delete(folder.resolve("text.txt"));

        Result gone = again.run("train", "--resume", "--out=run");
        assertEquals(2, gone.exitCode());
        assertTrue(gone.err().contains("text.txt: there is no such file"), gone.err());
        Result other = again.run("train", "--resume", "--out=run", "--data=other.txt");
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("is not the text that the run"), other.err());
        Result moved = again.run("train", "--resume", "--out=run", "--data=moved.txt", "--sample-tokens=0");
        assertEquals(0, moved.exitCode(), moved.err());
    }

    @Test
    void settingsOfAResumedRunStay() {
        session.train("--iters=2", "--out=run");
        Result refused = session.run("train", "--resume", "--out=run", "--iters=4", "--lr=0.1");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("--lr cannot be given with --resume"), refused.err());
    }

    private String sha256(String inside, String file) throws IOException {
        return Texts.sha256(Files.readAllBytes(folder.resolve(inside).resolve(file)))
                .concat(
                        file.endsWith(".json")
                                ? Files.readString(folder.resolve(inside).resolve(file))
                                : "");
    }
}
