package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;

class FailedSaveTest {
    @TempDir
    private Path folder;

    @Test
    void aRunThatCannotBeSavedAtItsEndSaysHowItWentAndThenOnceWhatIsWrong() throws IOException {
        Result failed = train(new Session(folder));
        assertTrue(failed.out().contains("final loss"), failed.out());
        assertFalse(failed.out().contains("More of it"), failed.out());
    }

    @Test
    void whoNoLongerReadsIsToldAllTheSame() throws IOException {
        StringBuilder seen = new StringBuilder();
        train(new Session(folder).writingTo(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (seen.indexOf("validation loss") >= 0) {
                    throw new IOException("Broken pipe");
                }
                seen.append((char) b);
            }
        }));
    }

    private Result train(Session session) throws IOException {
        // A file cannot take the place of a folder with something in it.
        Files.createDirectories(folder.resolve("run/latest/taken"));
        Result failed = session.train("--iters=6", "--eval-every=6", "--out=run");
        assertEquals(1, failed.exitCode(), failed.err());
        assertEquals(1, failed.err().lines().count(), failed.err());
        assertTrue(failed.err().startsWith("randygpt: cannot save the run to "), failed.err());
        return failed;
    }
}
