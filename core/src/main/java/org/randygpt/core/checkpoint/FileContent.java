package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** What a file is to hold. */
public interface FileContent {
    /** How much of a file is copied at once. */
    int COPIED_BYTES = 1 << 20;

    /** Writes everything to an empty file. */
    void writeTo(Disk.NewFile file) throws IOException;

    /** A text in UTF-8. */
    static FileContent ofText(String text) {
        return file -> file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * What another file holds when this is written.
     *
     * @param progress gets the number of bytes after each part of them
     */
    static FileContent ofFile(Path other, LongConsumer progress) {
        return file -> {
            try (FileChannel channel = FileChannel.open(other, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(COPIED_BYTES);
                while (channel.read(buffer) >= 0) {
                    progress.accept(buffer.position());
                    file.write(buffer.flip());
                    buffer.clear();
                }
            }
        };
    }
}
