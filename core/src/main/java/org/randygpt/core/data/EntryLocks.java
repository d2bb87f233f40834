package org.randygpt.core.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who makes and who uses the entries of a cache folder, among all processes. All locks are bytes of one empty file, two
 * for each entry, so that no file has to be deleted that somebody may be waiting for. A system lets go of them when the
 * process ends, however it ends.
 */
final class EntryLocks {
    private static final String FILE = ".lock";
    private static final int HEX = 16;
    /** Digits of a name that tell its place: 60 bits, twice which is still a place in a file. */
    private static final int DIGITS = 15;

    /** POSIX lets go of all locks of a file as soon as a process closes it once: it is opened once, and not closed. */
    private static final Map<Path, EntryLocks> OF_THIS_PROCESS = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final Map<Long, FileLock> used = new HashMap<>();

    private EntryLocks(FileChannel channel) {
        this.channel = channel;
    }

    /** What may be done to an entry that nobody has. */
    interface Action {
        void run() throws IOException;
    }

    /** Those of a folder. */
    static EntryLocks of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        EntryLocks locks = OF_THIS_PROCESS.get(real);
        // An interrupt closes it.
        if (locks == null || !locks.channel.isOpen()) {
            locks = new EntryLocks(FileChannel.open(
                    real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            OF_THIS_PROCESS.put(real, locks);
        }
        return locks;
    }

    /** Waits until no other process makes an entry, and keeps them from it until it is closed. */
    FileLock making(String entry) throws IOException {
        return channel.lock(place(entry), 1, false);
    }

    /**
     * Keeps other processes from deleting an entry until this process ends. Only for who makes it, or found it made.
     */
    void use(String entry) throws IOException {
        long place = place(entry) + 1;
        if (!used.containsKey(place)) {
            FileLock lock = channel.tryLock(place, 1, true);
            if (lock == null) {
                throw new IOException("%s is being deleted".formatted(entry));
            }
            used.put(place, lock);
        }
    }

    /** Does something to an entry if nobody makes or uses it. */
    void ifFree(String entry, Action action) throws IOException {
        try (FileLock free = channel.tryLock(place(entry), 2, false)) {
            if (free != null) {
                action.run();
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // It is used.
        }
    }

    private static long place(String entry) {
        return 2 * Long.parseLong(entry, 0, DIGITS, HEX);
    }
}
