package org.randygpt.core.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.randygpt.core.checkpoint.Disk;

/** A file of tokens as nanoGPT has it: 16 bits each, or 32 of a larger vocabulary, and nothing else. */
final class TokenFile {
    private static final int BUFFER_BYTES = 1 << 20;

    /** Bytes of the files that this process has mapped. When one becomes shorter, Java does not say which. */
    private static final Map<Path, Long> MAPPED = new ConcurrentHashMap<>();

    private TokenFile() {}

    /**
     * Writes all tokens of a text.
     *
     * @throws NotKeptException when the file cannot be written
     * @throws IOException that names what cannot be read or has no token
     */
    static void write(TokenEncoding encoding, Disk.NewFile file) throws IOException {
        int bytesPerToken = encoding.bytesPerToken();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        encoding.runForTraining(tokens -> {
            int at = 0;
            while (at < tokens.length) {
                int count = Math.min(tokens.length - at, buffer.remaining() / bytesPerToken);
                put(tokens, at, at + count, buffer, bytesPerToken);
                at += count;
                if (!buffer.hasRemaining()) {
                    flush(buffer, file);
                }
            }
        });
        flush(buffer, file);
    }

    private static void flush(ByteBuffer buffer, Disk.NewFile file) throws NotKeptException {
        try {
            file.write(buffer.flip());
        } catch (IOException problem) {
            throw new NotKeptException(problem);
        }
        buffer.clear();
    }

    /** Puts some tokens into a buffer. */
    static void put(int[] tokens, int from, int to, ByteBuffer buffer, int bytesPerToken) {
        for (int i = from; i < to; i++) {
            if (bytesPerToken == Short.BYTES) {
                buffer.putShort((short) tokens[i]);
            } else {
                buffer.putInt(tokens[i]);
            }
        }
    }

    /** The bytes of a file, in memory that is read from it when it is looked at. */
    static MemorySegment map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MAPPED.put(file, channel.size());
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }
    }

    /** A file that this process has mapped and that has become shorter since. */
    static Optional<Path> shortened() {
        return MAPPED.entrySet().stream()
                .filter(mapped -> isShorter(mapped.getKey(), mapped.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isShorter(Path file, long size) {
        try {
            return Files.size(file) < size;
        } catch (IOException gone) {
            // What has no name any more stays whole for those who have it.
            return false;
        }
    }
}
