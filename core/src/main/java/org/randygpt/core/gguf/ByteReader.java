package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a file from its beginning. No length that it states is believed before it has been compared with what is left
 * of the file, so that memory is taken only for bytes that are there.
 */
final class ByteReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    /** Position in the file of what follows the buffer. */
    private long next;

    ByteReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        size = channel.size();
    }

    /** Where the next byte is in the file. */
    long at() {
        return next - buffer.remaining();
    }

    /** How many bytes there are from here to the end of the file. */
    long left() {
        return size - at();
    }

    int int8(String what) throws IOException {
        return need(Byte.BYTES, what).get();
    }

    int int16(String what) throws IOException {
        return need(Short.BYTES, what).getShort();
    }

    int int32(String what) throws IOException {
        return need(Integer.BYTES, what).getInt();
    }

    long int64(String what) throws IOException {
        return need(Long.BYTES, what).getLong();
    }

    /**
     * A number of things, each of which takes bytes in the rest of the file.
     *
     * @param most of them that are possible anyway
     */
    int count(String what, int bytesOfEach, int most) throws IOException {
        long at = at();
        long count = int64(what);
        long possible = Math.min(most, left() / bytesOfEach);
        if (count < 0 || count > possible) {
            throw problem(
                    at,
                    "%s is said to be %s, but at most %d are possible here; is the file complete?"
                            .formatted(what, Long.toUnsignedString(count), possible));
        }
        return (int) count;
    }

    /** A text in UTF-8 after its length. */
    String text(String what, int most) throws IOException {
        int length = count("the length of " + what, 1, most);
        long at = at();
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, BUFFER_BYTES);
            need(part, what).get(bytes, done, part);
            done += part;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException wrong) {
            throw new IOException("%s: byte %d: %s is not UTF-8; the file is damaged".formatted(file, at, what), wrong);
        }
    }

    /** The exception for what stands at a byte. */
    IOException problem(long at, String sentence) {
        return new IOException("%s: byte %d: %s".formatted(file, at, sentence));
    }

    /** The buffer with so many bytes in it at least. */
    private ByteBuffer need(int bytes, String what) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int read = channel.read(buffer, next);
                if (read < 0) {
                    throw problem(
                            next, "the file ends here, within %s; it is not complete, get it anew".formatted(what));
                }
                next += read;
            }
            buffer.flip();
        }
        return buffer;
    }
}
