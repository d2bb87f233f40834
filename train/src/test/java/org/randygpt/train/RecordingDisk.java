package org.randygpt.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.checkpoint.Disk;

/** The disk of this machine, and a record of all that has been done to it. */
final class RecordingDisk implements Disk {
    private final Disk real = new FailingDisk("");
    private final List<Call> calls = new ArrayList<>();

    /** One thing that was done; files are told apart by the paths that they were made under, and their number. */
    sealed interface Call {
        /** A file was made. */
        record Create(Path file) implements Call {}

        /** Bytes were added to the file that was made last under a path. */
        record Write(Path file, byte[] bytes) implements Call {}

        /** A file was forced to the disk. */
        record ForceFile(Path file) implements Call {}

        /** A folder was made. */
        record CreateFolder(Path folder) implements Call {}

        /** A name was changed. */
        record Rename(Path from, Path to) implements Call {}

        /** A name was taken away. */
        record Delete(Path path) implements Call {}

        /** The names in a folder were forced to the disk. */
        record ForceFolder(Path folder) implements Call {}
    }

    /** All so far. */
    List<Call> calls() {
        return calls;
    }

    @Override
    public NewFile create(Path file) throws IOException {
        NewFile created = real.create(file);
        calls.add(new Call.Create(file.toAbsolutePath()));
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                created.write(bytes);
                calls.add(new Call.Write(file.toAbsolutePath(), copy));
            }

            @Override
            public void force() throws IOException {
                created.force();
                calls.add(new Call.ForceFile(file.toAbsolutePath()));
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        real.createFolder(folder);
        calls.add(new Call.CreateFolder(folder.toAbsolutePath()));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        real.rename(from, to);
        calls.add(new Call.Rename(from.toAbsolutePath(), to.toAbsolutePath()));
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
        calls.add(new Call.Delete(path.toAbsolutePath()));
    }

    @Override
    public void force(Path folder) throws IOException {
        real.force(folder);
        calls.add(new Call.ForceFolder(folder.toAbsolutePath()));
    }
}
