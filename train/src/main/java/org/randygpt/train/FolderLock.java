package org.randygpt.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Keeps others out of a folder, until it is closed or its process ends in whatever way. */
final class FolderLock implements Closeable {
    private static final String NAME = ".lock";

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder.
     *
     * @throws FolderInUseException when somebody else has
     */
    static FolderLock of(Path folder) throws IOException {
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString(), null, "the folder cannot be written to");
        }
        Path file = folder.resolve(NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null && isStillNamed(file, channel);
        } catch (OverlappingFileLockException ours) {
            // Another run of this process has it.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new FolderInUseException(folder);
        }
        return new FolderLock(file, channel);
    }

    /** Whoever had the lock may have deleted its file after it was opened here, and a third may have made a new one. */
    private static boolean isStillNamed(Path file, FileChannel channel) throws IOException {
        String mark = UUID.randomUUID().toString();
        channel.truncate(0).write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).equals(mark);
        } catch (NoSuchFileException deleted) {
            return false;
        } catch (IOException locked) {
            return true; // Windows lets nobody read what is locked, nor delete what is open
        }
    }

    /** Lets others in. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
