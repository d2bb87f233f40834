package org.randygpt.core.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The bytes of a file as they are stored, counted. What goes wrong with them names the file. */
final class StoredBytes extends InputStream {
    // Larger reads of a file take memory outside the heap, once for each thread that reads.
    private static final int MOST_AT_ONCE = 1 << 16;

    private final DataFile file;
    private final InputStream in;
    private final long size;
    private long count;

    StoredBytes(DataFile file) throws IOException {
        this.file = file;
        size = size(file);
        try {
            in = file.content().open();
        } catch (IOException problem) {
            throw unreadable(file, problem);
        }
    }

    /** The size of a file. */
    static long size(DataFile file) throws IOException {
        try {
            return file.content().size();
        } catch (IOException problem) {
            throw unreadable(file, problem);
        }
    }

    /** The bytes of a file, from gzip where they begin as it does. */
    static InputStream unpacked(DataFile file, StoredBytes stored) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(stored, MOST_AT_ONCE);
        return GzipBytes.isGzip(first(buffered, 2)) ? new GzipBytes(file.name(), buffered) : buffered;
    }

    /** The next bytes of a stream, which stay in it; fewer at its end. */
    static byte[] first(BufferedInputStream in, int count) throws IOException {
        in.mark(count);
        byte[] first = in.readNBytes(count);
        in.reset();
        return first;
    }

    /** How many have been read. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int read;
        try {
            read = in.read(into, from, Math.min(length, MOST_AT_ONCE));
        } catch (IOException problem) {
            throw new IOException(
                    "%s: cannot be read beyond byte %d: %s".formatted(file.name(), count, problem.getMessage()),
                    problem);
        }
        if (read < 0 && count < size) {
            throw new IOException("%s: ends after %d of its %d bytes: it became shorter while it was read"
                    .formatted(file.name(), count, size));
        }
        count += Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static IOException unreadable(DataFile file, IOException problem) {
        return new IOException("%s: %s".formatted(file.name(), reason(problem)), problem);
    }

    /** Why a file or folder cannot be read, without its name. */
    static String reason(IOException problem) {
        return switch (problem) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "reading it is not allowed";
            case FileSystemException other when other.getReason() != null -> "cannot be read: " + other.getReason();
            default -> "cannot be read: " + problem.getMessage();
        };
    }
}
