package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes files that are, whatever happens meanwhile, either the old ones or the whole new ones. */
public final class AtomicFiles {

    private static final Pattern STRAY =
            Pattern.compile("\\..+\\.\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.tmp");

    private AtomicFiles() {}

    /** What a file is to hold. */
    public interface Content {
        /** Writes everything to the beginning of an empty file. */
        void writeTo(FileChannel file) throws IOException;
    }

    /**
     * Writes a file beside the target, has it reach the disk and renames it over the target. When anything fails, the
     * target stays as it was and nothing else stays.
     */
    public static void write(Path target, Content content) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("%s is not a file's name".formatted(target));
        }
        // A name of its own, so that two processes that save to one folder do not write into each other's file.
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel file =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(file);
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(folder);
    }

    /**
     * Deletes what {@link #write} left in a folder when its process was killed. Nobody else may be writing there
     * meanwhile.
     */
    public static void deleteStrays(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(AtomicFiles::isStray).toList()) {
                Files.delete(file);
            }
        }
    }

    private static boolean isStray(Path file) {
        return STRAY.matcher(file.getFileName().toString()).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes text as UTF-8, as {@link #write} does. */
    public static void writeText(Path target, String text) throws IOException {
        write(target, file -> writeFully(file, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** Writes all that remains in a buffer. */
    static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Has the names of a folder's files reach the disk. */
    public static void force(Path folder) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException notSupported) {
            return; // Windows does not open folders
        }
        try (opened) {
            opened.force(true);
        }
    }
}
