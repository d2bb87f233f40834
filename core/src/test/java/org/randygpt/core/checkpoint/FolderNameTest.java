package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderNameTest {
    private static final Disk DISK = Disk.ofThisMachine();

    @TempDir
    private Path folder;

    @Test
    void aNameIsFollowedAndMayChange() throws IOException {
        Path name = folder.resolve("best");
        for (String target : new String[] {"step-000005", "step-000010"}) {
            Path generation = Files.createDirectory(folder.resolve(target));
            FolderName.set(DISK, name, target);
            assertEquals(generation, FolderName.follow(name));
            assertEquals(target + "\n", Files.readString(name));
        }
    }

    @Test
    void aNameOfNothingIsRefusedAndNoOtherFileIsAName() throws IOException {
        Path name = folder.resolve("best");
        FolderName.set(DISK, name, "step-000005");
        IOException refused = assertThrows(IOException.class, () -> FolderName.follow(name));
        assertTrue(refused.toString().contains("step-000005, which is not there"), refused::toString);
        for (String text : new String[] {"", "..\n", "../run\n", "two words\n", "x".repeat(200)}) {
            Files.writeString(name, text);
            assertEquals(name, FolderName.follow(name));
        }
        assertEquals(folder, FolderName.follow(folder));
    }
}
