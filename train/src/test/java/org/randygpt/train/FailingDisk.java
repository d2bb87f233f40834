package org.randygpt.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.randygpt.core.checkpoint.Disk;

/**
 * The disk of this machine, which fails when it is told to: a write then has been done by half. What is forced is not,
 * for that takes time and the machine does not fail.
 */
final class FailingDisk implements Disk {
    private final Disk real = Disk.ofThisMachine();
    private final String cause;
    private long from = Long.MAX_VALUE;
    private long until = Long.MAX_VALUE;
    private long calls;

    /**
     * A disk that works.
     *
     * @param cause what the system says when it no longer does
     */
    FailingDisk(String cause) {
        this.cause = cause;
    }

    /** Has all calls fail but deletions, from one until another, counted from now. */
    synchronized void fail(long first, long end) {
        calls = 0;
        from = first;
        until = end;
    }

    /** Calls since {@link #fail} that may fail. */
    synchronized long calls() {
        return calls;
    }

    @Override
    public NewFile create(Path file) throws IOException {
        require(file);
        NewFile created = real.create(file);
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                try {
                    require(file);
                } catch (IOException problem) {
                    created.write(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2));
                    throw problem;
                }
                created.write(bytes);
            }

            @Override
            public void force() throws IOException {
                require(file);
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        require(folder);
        real.createFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        require(from);
        real.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void force(Path folder) throws IOException {
        require(folder);
    }

    private synchronized void require(Path path) throws IOException {
        long call = calls++;
        if (from <= call && call < until) {
            throw new FileSystemException(path.toString(), null, cause);
        }
    }
}
