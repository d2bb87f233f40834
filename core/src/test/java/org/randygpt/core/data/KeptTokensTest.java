package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.text.CharTokenizer;

/** The folder where tokens are kept, over the years and when it fails. */
class KeptTokensTest {
    private static final Disk REAL = Disk.ofThisMachine();

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    /** A disk without room for files in some folders. */
    private record FullDisk(List<Path> full) implements Disk {
        @Override
        public NewFile create(Path file) throws IOException {
            NewFile created = REAL.create(file);
            return new NewFile() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    if (full.stream().anyMatch(file::startsWith)) {
                        throw new FileSystemException(file.toString(), null, "No space left on device");
                    }
                    created.write(bytes);
                }

                @Override
                public void force() throws IOException {
                    created.force();
                }

                @Override
                public void close() throws IOException {
                    created.close();
                }
            };
        }

        @Override
        public void createFolder(Path path) throws IOException {
            REAL.createFolder(path);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            REAL.rename(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            REAL.delete(path);
        }

        @Override
        public void force(Path path) throws IOException {
            REAL.force(path);
        }
    }

    private Path kept() {
        return folder.resolve("cache");
    }

    private Path temporary() throws IOException {
        return Files.createDirectories(folder.resolve("temporary"));
    }

    private TokenCache cache(Disk disk) throws IOException {
        return TokenCache.usual(disk, kept(), 0, temporary(), notes::add);
    }

    private static TokenEncoding encoding(String text) {
        return new TokenEncoding(
                new Corpus.Part(List.of(TestFiles.text("text", text)), 1),
                TextSettings.USUAL,
                text,
                CharTokenizer.of("ab"),
                1,
                (read, of) -> {});
    }

    private static void assertTokens(String text, TokenStore store) {
        assertEquals(text.length() + 1, store.size());
        for (int i = 0; i < text.length(); i++) {
            assertEquals(text.charAt(i) - 'a', store.get(i + 1));
        }
        assertEquals(0, store.heapBytes());
    }

    @Test
    void tokensThatCannotBeKeptGoToATemporaryFileAndThisIsSaidInALine() throws IOException {
        assertTokens("abba", cache(new FullDisk(List.of(kept()))).tokens(encoding("abba")));
        assertEquals(1, notes.size(), notes.toString());
        for (String part : List.of(kept().toString(), "No space left on device", "--cache DIR")) {
            assertTrue(notes.getFirst().contains(part), notes.getFirst());
        }
        assertEquals(1, notes.getFirst().lines().count());
        assertEquals(List.of(".lock"), names(kept()));
        assertEquals(List.of(), names(temporary()));
    }

    @Test
    void aFolderThatCannotBeMadeIsNoReasonToStop() throws IOException {
        Files.writeString(kept(), "a file");
        assertTokens("ab", cache(REAL).tokens(encoding("ab")));
        assertTrue(notes.getFirst().contains(kept() + " is not a folder"), notes.getFirst());
    }

    @Test
    void whereThereIsNoRoomAtAllBothPlacesAndTheRemedyAreNamed() throws IOException {
        TokenCache cache = cache(new FullDisk(List.of(folder)));
        String message = String.valueOf(assertThrows(IOException.class, () -> cache.tokens(encoding("abba")))
                .getMessage());
        for (String part : List.of(kept().toString(), temporary().toString(), "No space left", "--cache DIR")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(List.of(".lock"), names(kept()));
        assertEquals(List.of(), names(temporary()));
    }

    @Test
    void aFolderThatSomebodyHasChosenHasToTakeThem() throws IOException {
        Files.writeString(kept(), "a file");
        TokenCache cache = TokenCache.in(kept(), notes::add);
        String message = String.valueOf(assertThrows(IOException.class, () -> cache.tokens(encoding("abba")))
                .getMessage());
        assertTrue(message.contains(kept() + " is not a folder; "), message);
        assertTrue(message.contains("name a folder for them with --cache"), message);
        assertEquals(List.of(), notes);
    }

    @Test
    void aProblemOfTheTextIsNoneOfTheFolder() throws IOException {
        TokenCache cache = cache(REAL);
        String message = String.valueOf(assertThrows(IOException.class, () -> cache.tokens(encoding("abc")))
                .getMessage());
        assertTrue(message.startsWith("text, line 1, column 3: "), message);
        assertEquals(List.of(), notes);
    }

    @Test
    void anEntryOfAFolderThatMayOnlyBeReadIsUsed() throws IOException {
        var _ = cache(REAL).tokens(encoding("abba"));
        notes.clear();
        assertTrue(kept().toFile().setWritable(false));
        Assumptions.assumeFalse(Files.isWritable(kept()), "this user may write everywhere");
        try {
            assertTokens("abba", cache(REAL).tokens(encoding("abba")));
            assertEquals(List.of(), notes);
        } finally {
            assertTrue(kept().toFile().setWritable(true));
        }
    }

    @Test
    void whatKilledProcessesHaveLeftGoesWhenThereIsANewEntry() throws IOException {
        String killed = "0123456789abcdef".repeat(4);
        Files.createDirectories(kept().resolve("." + killed + ".tmp"));
        Files.writeString(kept().resolve("." + killed + ".tmp/tokens.bin"), "half");
        Files.writeString(kept().resolve("." + killed + ".lock"), "");
        Files.writeString(kept().resolve("notes.txt"), "mine");
        var _ = cache(REAL).tokens(encoding("abba"));
        assertEquals(List.of(".lock", encoding("abba").key(), "notes.txt"), names(kept()));
    }

    @Test
    void entriesThatNothingHasUsedForAMonthGoWhenThereIsANewOne() throws IOException {
        String old = old("1", Duration.ofDays(31));
        String young = old("2", Duration.ofDays(29));
        var _ = cache(REAL).tokens(encoding("abba"));
        assertEquals(List.of(".lock", young, encoding("abba").key()), names(kept()));
        assertTrue(notes.getLast().startsWith("deleted from " + kept() + ", not used for 30 days"), notes.toString());
        // Another one that is new, and one that is used again.
        Files.setLastModifiedTime(
                kept().resolve(encoding("abba").key()),
                FileTime.from(Instant.now().minus(Duration.ofDays(90))));
        var _ = cache(REAL).tokens(encoding("abba"));
        var _ = cache(REAL).tokens(encoding("ab"));
        assertTrue(names(kept()).contains(encoding("abba").key()));
        assertFalse(names(kept()).contains(old));
    }

    @Test
    void nothingIsDeletedFromAFolderThatSomebodyHasChosen() throws IOException {
        String old = old("1", Duration.ofDays(10_000));
        var _ = TokenCache.in(kept(), notes::add).tokens(encoding("abba"));
        assertEquals(List.of(".lock", old, encoding("abba").key()), names(kept()));
    }

    @Test
    void anEntryThatAProcessUsesIsNeverDeleted() throws Exception {
        String used = old("1", Duration.ofDays(31));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("jdk.module.path", "")
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        UsesAnEntry.class.getName(),
                        kept().toString(),
                        used)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('u', other.getInputStream().read());
            var _ = cache(REAL).tokens(encoding("abba"));
            assertTrue(names(kept()).contains(used));
        } finally {
            other.destroyForcibly();
            assertTrue(other.waitFor(1, TimeUnit.MINUTES));
        }
        var _ = cache(REAL).tokens(encoding("ab"));
        assertFalse(names(kept()).contains(used));
    }

    /** Another process. */
    static final class UsesAnEntry {
        private UsesAnEntry() {}

        public static void main(String[] arguments) throws IOException {
            EntryLocks.of(Path.of(arguments[0])).use(arguments[1]);
            System.out.print('u');
            System.out.flush();
            // Until it is killed.
            var _ = System.in.read();
        }
    }

    @Test
    void aFileThatIsCutOffWhileItIsReadIsNamed() throws IOException {
        String text = "ab".repeat(100_000);
        TokenStore store = cache(REAL).tokens(encoding(text));
        Path file = kept().resolve(encoding(text).key()).resolve("tokens.bin");
        assertEquals(Optional.empty(), TokenCache.cutOff());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(10);
        }
        assertThrows(InternalError.class, () -> store.find(7, 0, store.size()));
        assertEquals(Optional.of(file), TokenCache.cutOff());
        assertTokens(text, cache(REAL).tokens(encoding(text)));
        assertTrue(notes.stream().anyMatch(note -> note.contains("the tokens are made again")), notes.toString());
        assertEquals(Optional.empty(), TokenCache.cutOff());
    }

    /** An entry that was last used some time ago. */
    private String old(String digit, Duration age) throws IOException {
        Path entry = Files.createDirectories(kept().resolve(digit.repeat(64)));
        Files.writeString(entry.resolve("tokens.bin"), "tokens");
        Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(age)));
        return digit.repeat(64);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
