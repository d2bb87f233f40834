package org.randygpt.core.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A file's text in UTF-8, which is valid only where the file had another encoding. */
final class TextBytes implements Closeable {
    private final StoredBytes stored;
    private final InputStream in;
    private final @Nullable RecodedBytes recoded;
    private final ByteOrderMark mark;
    private final byte[] first;

    /** That of a file from its beginning. */
    TextBytes(DataFile file, TextSettings settings) throws IOException {
        stored = new StoredBytes(file);
        try {
            BufferedInputStream unpacked = new BufferedInputStream(StoredBytes.unpacked(file, stored));
            first = StoredBytes.first(unpacked, FileLook.BYTES);
            mark = ByteOrderMark.find(settings.encoding(), first);
            unpacked.skipNBytes(mark.bytes().length);
            recoded = settings.encoding().equals(StandardCharsets.UTF_8)
                    ? null
                    : new RecodedBytes(file, unpacked, settings, mark);
            in = recoded == null ? unpacked : recoded;
        } catch (IOException | RuntimeException problem) {
            stored.close();
            throw problem;
        }
    }

    /** Reads up to so many bytes; fewer only at the end. */
    int read(byte[] into, int from, int length) throws IOException {
        return in.readNBytes(into, from, length);
    }

    /** How many bytes before the text were no text. */
    int skipped() {
        return mark.bytes().length;
    }

    /** How many U+FFFD have been put for what was no character. */
    long replaced() {
        return recoded == null ? 0 : recoded.replaced();
    }

    /** How many bytes of the file have been read, as they are stored. */
    long stored() {
        return stored.count();
    }

    /** What the file begins with, after unpacking. */
    byte[] first() {
        return first;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
