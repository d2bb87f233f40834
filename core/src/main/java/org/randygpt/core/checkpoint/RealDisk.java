package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The disk of this machine. */
final class RealDisk implements Disk {

    @Override
    public NewFile create(Path file) throws IOException {
        return new RealFile(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    @Override
    public void force(Path folder) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException notSupported) {
            return; // Windows does not open folders
        }
        try (opened) {
            opened.force(true);
        } catch (IOException problem) {
            throw named(folder, problem);
        }
    }

    /** Of what goes wrong with an open file Java says neither the name nor more than the system's words. */
    private static IOException named(Path path, IOException problem) {
        FileSystemException named = new FileSystemException(path.toString(), null, problem.getMessage());
        named.initCause(problem);
        return named;
    }

    private record RealFile(Path path, FileChannel channel) implements NewFile {

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException problem) {
                throw named(path, problem);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(true);
            } catch (IOException problem) {
                throw named(path, problem);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } catch (IOException problem) {
                throw named(path, problem);
            }
        }
    }
}
