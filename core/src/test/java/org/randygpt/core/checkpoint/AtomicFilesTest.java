package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReplacedAndNothingElseStays() throws IOException {
        Path target = folder.resolve("file");
        AtomicFiles.write(target, FileContent.ofText("a long first text"));
        AtomicFiles.write(target, FileContent.ofText("ä😀\n"));

        assertEquals("ä😀\n", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void aFailureWhileWritingLeavesTheOldFileAndNothingElse() throws IOException {
        Path target = folder.resolve("file");
        AtomicFiles.write(target, FileContent.ofText("old"));
        IOException failure = new IOException("no more");

        assertSame(
                failure,
                assertThrows(
                        IOException.class,
                        () -> AtomicFiles.write(target, file -> {
                            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                            assertEquals("old", Files.readString(target));
                            throw failure;
                        })));
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFiles.write(target, file -> {
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void aFailureWhileRenamingLeavesNothing() throws IOException {
        Path target = folder.resolve("folder");
        Files.createDirectories(target.resolve("inner"));

        assertThrows(IOException.class, () -> AtomicFiles.write(target, FileContent.ofText("text")));
        assertEquals(List.of(target), files());
    }

    @Test
    void aMissingFolderIsAnErrorAndIsNotMade() {
        Path missing = folder.resolve("missing");

        assertThrows(IOException.class, () -> AtomicFiles.write(missing.resolve("file"), FileContent.ofText("text")));
        assertFalse(Files.exists(missing));
    }

    @Test
    void aFailureNamesWhatWasToBeWritten() throws IOException {
        Path inMissing = folder.resolve("missing/file");
        Path taken = folder.resolve("taken");
        Files.createDirectories(taken.resolve("inner"));
        for (Path target : List.of(inMissing, taken)) {
            FileSystemException failure = assertThrows(
                    FileSystemException.class, () -> AtomicFiles.write(target, FileContent.ofText("text")));
            assertEquals(target.toString(), failure.getFile());
            FileSystemException ofFolder = assertThrows(
                    FileSystemException.class,
                    () -> NewFolder.write(target, Map.of("inside", FileContent.ofText("text"))));
            assertEquals(target.toString(), ofFolder.getFile());
        }
        assertThrows(NoSuchFileException.class, () -> AtomicFiles.write(inMissing, FileContent.ofText("text")));

        FileSystemException inside = assertThrows(
                FileSystemException.class,
                () -> NewFolder.write(folder.resolve("new"), Map.of("a/b", FileContent.ofText("text"))));
        assertEquals(folder.resolve("new/a/b").toString(), inside.getFile());
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndNothingElse() throws IOException {
        Path stray = folder.resolve(".file.%s.tmp".formatted(UUID.randomUUID()));
        Files.writeString(stray, "half");
        List<Path> others = new ArrayList<>();
        for (String name :
                List.of("file", ".file.tmp", "file.%s.tmp".formatted(UUID.randomUUID()), ".x.0-0-0-0-0.tmp")) {
            others.add(Files.writeString(folder.resolve(name), "kept"));
        }
        others.add(Files.createDirectory(folder.resolve(".file.%s.tmp".formatted(UUID.randomUUID()))));
        AtomicFiles.deleteStrays(Disk.ofThisMachine(), folder);

        assertEquals(Set.copyOf(others), Set.copyOf(files()));
        AtomicFiles.deleteStrays(Disk.ofThisMachine(), folder.resolve("missing"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
