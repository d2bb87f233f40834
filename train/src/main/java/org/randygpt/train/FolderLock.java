package org.randygpt.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Keeps others out of a folder, until it is closed or its process ends in whatever way. */
final class FolderLock implements Closeable {
    /** The file that is there as long as a folder is locked, or longer when its process was killed. */
    static final String NAME = ".lock";

    private static final int LONGEST = 1 << 16;
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
        Path file = folder.toRealPath().resolve(NAME);
        // Where locks belong to processes, as POSIX has it, closing any descriptor of a file lets go of all of them.
        if (!HELD.add(file)) {
            throw new FolderInUseException(folder);
        }
        try {
            return of(folder, file);
        } catch (IOException | RuntimeException problem) {
            HELD.remove(file);
            throw problem;
        }
    }

    /**
     * Whether somebody has locked a folder. Who begins to at this very moment may find it in use: to know, it is locked
     * for a moment.
     */
    static boolean isHeld(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(NAME);
        if (HELD.contains(file)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (NoSuchFileException nobody) {
            return false;
        } catch (OverlappingFileLockException justNow) {
            return true;
        }
    }

    private static FolderLock of(Path folder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null && isStillNamed(file, channel);
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

    /**
     * Whoever had the lock may have deleted its file after it was opened here, and a third may have made a new one:
     * then the file of this name is not as long as this one is made. To open it and look would let go of the lock.
     */
    private static boolean isStillNamed(Path file, FileChannel channel) throws IOException {
        int length = 1 + ThreadLocalRandom.current().nextInt(LONGEST);
        channel.truncate(0).write(ByteBuffer.allocate(1), length - 1L);
        try {
            return Files.size(file) == length;
        } catch (NoSuchFileException deleted) {
            return false;
        }
    }

    /** Lets others in. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
        HELD.remove(file);
    }
}
