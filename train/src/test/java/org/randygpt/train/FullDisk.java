package org.randygpt.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.Disk;

/** A disk that has room for so many bytes in a folder. */
final class FullDisk implements Disk {
    private final Disk real = new FailingDisk("");
    private final Path folder;
    private long limit = Long.MAX_VALUE;

    FullDisk(Path folder) {
        this.folder = folder;
    }

    /** From now on, there is room for so many bytes. */
    synchronized void limit(long bytes) {
        limit = bytes;
    }

    /** What is in all files of a folder; its lock is long by chance, and takes no room. */
    static long bytes(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                sum += path.endsWith(".lock") ? 0 : Files.size(path);
            }
        }
        return sum;
    }

    @Override
    public NewFile create(Path file) throws IOException {
        NewFile created = real.create(file);
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                requireRoom(file, bytes.remaining());
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
        real.createFolder(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        real.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void force(Path path) throws IOException {
        real.force(path);
    }

    private synchronized void requireRoom(Path file, int bytes) throws IOException {
        if (bytes(folder) + bytes > limit) {
            throw new FileSystemException(file.toString(), null, "No space left on device");
        }
    }
}
