package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a file is to hold. */
public interface FileContent {

    /** Writes everything to an empty file. */
    void writeTo(Disk.NewFile file) throws IOException;

    /** A text in UTF-8. */
    static FileContent ofText(String text) {
        return file -> file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
