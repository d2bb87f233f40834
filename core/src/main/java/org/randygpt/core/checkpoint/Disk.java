package org.randygpt.core.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What saving does to a disk, a method for each thing after which the machine can fail. What a file holds survives that
 * once the file has been forced; that there is a file or a folder of a name, or is none any more, once the folder that
 * it is in has been forced. Before, each write and each change of a name may have happened or not, in any order, and a
 * write in part.
 *
 * <p>What goes wrong is an {@link IOException} that names the file and the cause, such as a full disk.
 */
public interface Disk {

    /** A file that is being written. */
    interface NewFile extends Closeable {
        /** Writes all that remains in a buffer after what has been written before. */
        void write(ByteBuffer bytes) throws IOException;

        /** Has what was written survive. */
        void force() throws IOException;
    }

    /** The disk of this machine. */
    static Disk ofThisMachine() {
        return new RealDisk();
    }

    /** Makes an empty file, of whose name there is none yet. */
    NewFile create(Path file) throws IOException;

    /** Makes an empty folder, of whose name there is none yet. */
    void createFolder(Path folder) throws IOException;

    /** Gives a file or folder another name in the same folder, at once; a file of that name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder. */
    void delete(Path path) throws IOException;

    /** Has the names in a folder survive. */
    void force(Path folder) throws IOException;
}
