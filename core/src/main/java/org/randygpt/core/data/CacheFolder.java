package org.randygpt.core.data;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.SealedFolder;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/**
 * A folder of entries that any number of processes use at once. The time of an entry's folder is that of its last use.
 *
 * @param folder made when it is needed
 * @param unused time after which an entry is deleted when there is a new one
 * @param notes what there is to say about the entries
 */
record CacheFolder(Disk disk, Path folder, Duration unused, Consumer<String> notes) {
    private static final String TOKENS = "tokens.bin";
    private static final String ABOUT = "about.json";
    private static final Pattern ENTRY = Pattern.compile("\\p{XDigit}{64}");
    /** What killed processes leave; a lock of its own had each entry in earlier versions. */
    private static final Pattern LEFT = Pattern.compile("\\.(\\p{XDigit}{64})\\.(?:tmp|lock)");

    /** Something is wrong with a text, not with the folder. */
    private static final class TextException extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException problem;

        TextException(IOException problem) {
            super(problem);
            this.problem = problem;
        }
    }

    /**
     * The tokens of an entry: those that are kept, if they are whole, or else made now.
     *
     * @throws NotKeptException when they cannot be kept
     * @throws IOException that names what cannot be read or has no token
     */
    TokenStore tokens(TokenEncoding encoding, String name) throws IOException {
        Path entry = folder.resolve(name);
        try {
            if (isReadOnly(entry)) {
                verify(entry, encoding.progress());
            } else {
                lockAndMake(encoding, entry, name);
            }
            return open(entry, encoding.bytesPerToken());
        } catch (TextException text) {
            throw text.problem;
        } catch (NotKeptException problem) {
            throw problem;
        } catch (IOException problem) {
            throw new NotKeptException(problem);
        }
    }

    /** Whether there is an entry in a folder that others write to and this process only reads. */
    private boolean isReadOnly(Path entry) {
        return Files.isDirectory(entry) && !Files.isWritable(folder);
    }

    private void lockAndMake(TokenEncoding encoding, Path entry, String name) throws IOException {
        Files.createDirectories(folder);
        EntryLocks locks = EntryLocks.of(folder);
        boolean isNew;
        try (FileLock _ = locks.making(name)) {
            isNew = !isWhole(encoding, entry);
            if (isNew) {
                make(encoding, entry, name);
            }
            locks.use(name);
        }
        FileTime now = FileTime.from(Instant.now());
        Files.setLastModifiedTime(entry, now);
        if (isNew) {
            clean(locks, now);
        }
    }

    private boolean isWhole(TokenEncoding encoding, Path entry) throws IOException {
        if (!Files.isDirectory(entry)) {
            return false;
        }
        try {
            verify(entry, encoding.progress());
            return true;
        } catch (IOException damaged) {
            notes.accept("%s; the tokens are made again".formatted(damaged.getMessage()));
            SealedFolder.delete(disk, entry);
            return false;
        }
    }

    private void make(TokenEncoding encoding, Path entry, String name) throws IOException {
        SealedFolder.deleteStrays(disk, folder, Pattern.compile(name));
        SequencedMap<String, FileContent> files = new LinkedHashMap<>();
        files.put(TOKENS, file -> {
            try {
                TokenFile.write(encoding, file);
            } catch (NotKeptException problem) {
                throw problem;
            } catch (IOException problem) {
                throw new TextException(problem);
            }
        });
        // It is known only after the tokens are written.
        files.put(ABOUT, file -> JsonObject.content(about(encoding)).writeTo(file));
        SealedFolder.write(disk, entry, files);
        notes.accept("%,d tokens are kept in %s"
                .formatted(Files.size(entry.resolve(TOKENS)) / encoding.bytesPerToken(), entry));
    }

    /** Deletes what killed processes have left, and entries that nothing has used for long. */
    private void clean(EntryLocks locks, FileTime now) throws IOException {
        List<Path> paths;
        try (Stream<Path> listed = Files.list(folder)) {
            paths = listed.toList();
        }
        int[] deleted = {0};
        for (Path path : paths) {
            try {
                String name = path.getFileName().toString();
                Matcher left = LEFT.matcher(name);
                if (left.matches()) {
                    locks.ifFree(left.group(1), () -> deleteLeft(path, left.group(1)));
                } else if (ENTRY.matcher(name).matches() && isUnused(path, now)) {
                    locks.ifFree(name, () -> {
                        SealedFolder.delete(disk, path);
                        deleted[0]++;
                    });
                }
            } catch (IOException another) {
                // It is somebody else's, or gone.
            }
        }
        if (deleted[0] > 0) {
            notes.accept("deleted from %s, not used for %d days: the tokens of %d %s"
                    .formatted(folder, unused.toDays(), deleted[0], deleted[0] == 1 ? "text" : "texts"));
        }
    }

    private void deleteLeft(Path path, String name) throws IOException {
        if (path.getFileName().toString().endsWith(".lock")) {
            disk.delete(path);
        } else {
            SealedFolder.deleteStrays(disk, folder, Pattern.compile(name));
        }
    }

    private boolean isUnused(Path entry, FileTime now) throws IOException {
        return Files.getLastModifiedTime(entry).toInstant().plus(unused).isBefore(now.toInstant());
    }

    private static void verify(Path entry, ReadingProgress progress) throws IOException {
        Path tokens = entry.resolve(TOKENS);
        long of = Files.exists(tokens) ? Files.size(tokens) : 0;
        long[] read = {0};
        SealedFolder.verify(entry, count -> {
            read[0] += count;
            progress.read(Math.min(read[0], of), of);
        });
    }

    private static SequencedMap<String, Object> about(TokenEncoding encoding) {
        SequencedMap<String, Object> about = new LinkedHashMap<>();
        about.put("files", encoding.files().stream().map(DataFile::name).toList());
        about.put("bytes_per_token", encoding.bytesPerToken());
        about.put("documents", encoding.documents());
        about.put("counts", toJson(encoding.counts()));
        return about;
    }

    private static TokenStore open(Path entry, int bytesPerToken) throws IOException {
        JsonObject about = JsonObject.read(entry.resolve(ABOUT));
        return new TokenStore(
                TokenFile.map(entry.resolve(TOKENS)),
                bytesPerToken,
                about.longInteger("documents"),
                counts(about.object("counts")));
    }

    private static SequencedMap<String, Object> toJson(TextCounts counts) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("characters", counts.characters());
        json.put("lines", counts.lines());
        json.put("nul", counts.nul());
        json.put("control", counts.control());
        json.put("replaced", counts.replaced());
        json.put("byte_order_marks", counts.byteOrderMarks());
        json.put("markers", counts.markers());
        return json;
    }

    private static TextCounts counts(JsonObject json) throws IOException {
        return new TextCounts(
                json.longInteger("characters"),
                json.longInteger("lines"),
                json.longInteger("nul"),
                json.longInteger("control"),
                json.longInteger("replaced"),
                json.longInteger("byte_order_marks"),
                json.longInteger("markers"));
    }
}
