package org.randygpt.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between processes: within one, Java itself refuses a second lock. */
class FolderLockTest {
    @TempDir
    private Path folder;

    /** Says whether a folder is free. */
    public static void main(String[] args) throws IOException {
        try (FolderLock _ = FolderLock.of(Path.of(args[0]))) {
            System.out.print("free");
        } catch (FolderInUseException taken) {
            System.out.print("taken");
        }
    }

    @Test
    void anotherProcessIsKeptOutUntilTheLockIsClosed() throws IOException, InterruptedException {
        FolderLock lock = FolderLock.of(folder);
        assertEquals("taken", seenByAnotherProcess());
        assertThrows(FolderInUseException.class, () -> FolderLock.of(folder));
        // A second try in this process must not let go of the first one's lock.
        assertEquals("taken", seenByAnotherProcess());
        lock.close();
        assertEquals("free", seenByAnotherProcess());
        FolderLock.of(folder).close();
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    private String seenByAnotherProcess() throws IOException, InterruptedException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        BitsTest.classPath(),
                        FolderLockTest.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, java.waitFor(), output);
        return output;
    }
}
