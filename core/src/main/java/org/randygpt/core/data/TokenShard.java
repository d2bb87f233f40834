package org.randygpt.core.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Files of tokens: those of nanoGPT, which are nothing but 16-bit tokens, and those of llm.c, with a header of 256
 * 32-bit numbers (magic, version, how many tokens) before 16 or 32-bit tokens. All numbers have their lowest byte
 * first.
 */
public final class TokenShard {
    private static final int HEADER = 256 * Integer.BYTES;
    private static final int MAGIC_16 = 20240520;
    private static final int VERSION_16 = 1;
    private static final int MAGIC_32 = 20240801;
    private static final int VERSION_32 = 7;
    // The magic numbers of llm.c's files are dates.
    private static final int FIRST_MAGIC = 20240101;
    private static final int LAST_MAGIC = 20241231;
    private static final int MOST_VERSIONS = 1000;

    private static final int PART = 1 << 18;

    /** Takes tokens. */
    @FunctionalInterface
    public interface Then {
        /** The next tokens of a file, at most 2¹⁸. */
        void accept(int[] tokens) throws IOException;
    }

    /**
     * How tokens are stored.
     *
     * @param bytes of a token
     * @param count of tokens; -1 where only the size of the file tells
     */
    private record Form(int bytes, long count) {}

    private TokenShard() {}

    /**
     * Reads a file, also one compressed with gzip.
     *
     * @throws IOException naming the file, and the numbers that do not fit: a header of another file, tokens that are
     *     missing or too many, a token that the vocabulary does not have
     */
    public static void read(DataFile file, int vocabSize, Then then) throws IOException {
        try (StoredBytes stored = new StoredBytes(file);
                BufferedInputStream in = new BufferedInputStream(StoredBytes.unpacked(file, stored), HEADER)) {
            Form form = form(file, in);
            byte[] buffer = new byte[PART * form.bytes()];
            long read = 0;
            while (true) {
                int length = in.readNBytes(buffer, 0, buffer.length);
                if (length % form.bytes() != 0) {
                    throw new IOException(
                            "%s: %d byte%s of tokens, which are not whole tokens of %d bytes; it is cut off or no file of tokens"
                                    .formatted(
                                            file.name(),
                                            read * form.bytes() + length,
                                            read * form.bytes() + length == 1 ? "" : "s",
                                            form.bytes()));
                }
                if (length == 0) {
                    break;
                }
                int[] tokens = tokens(file, buffer, length, form.bytes(), read, vocabSize);
                read += tokens.length;
                if (form.count() < 0 || read <= form.count()) {
                    then.accept(tokens);
                }
            }
            if (form.count() >= 0 && read != form.count()) {
                throw new IOException("%s: %d tokens, but its header says %d; it is %s"
                        .formatted(file.name(), read, form.count(), read < form.count() ? "cut off" : "damaged"));
            }
        }
    }

    private static Form form(DataFile file, BufferedInputStream in) throws IOException {
        byte[] first = StoredBytes.first(in, HEADER);
        if (first.length < 2 * Integer.BYTES) {
            return new Form(Short.BYTES, -1);
        }
        ByteBuffer header = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
        int magic = header.getInt();
        int version = header.getInt();
        if (magic < FIRST_MAGIC || magic > LAST_MAGIC || version < 0 || version >= MOST_VERSIONS) {
            return new Form(Short.BYTES, -1);
        }
        if (magic != MAGIC_16 && magic != MAGIC_32) {
            throw new IOException(
                    "%s: begins with %d, as another file of llm.c does; files of tokens begin with %d or %d"
                            .formatted(file.name(), magic, MAGIC_16, MAGIC_32));
        }
        int known = magic == MAGIC_16 ? VERSION_16 : VERSION_32;
        if (version != known) {
            throw new IOException("%s: version %d after the number %d; only version %d is known"
                    .formatted(file.name(), version, magic, known));
        }
        if (first.length < HEADER) {
            throw new IOException("%s: %d bytes; llm.c's header alone has %d, so it is cut off"
                    .formatted(file.name(), first.length, HEADER));
        }
        in.skipNBytes(HEADER);
        return new Form(magic == MAGIC_16 ? Short.BYTES : Integer.BYTES, Integer.toUnsignedLong(header.getInt()));
    }

    private static int[] tokens(DataFile file, byte[] buffer, int length, int bytes, long before, int vocabSize)
            throws IOException {
        ByteBuffer stored = ByteBuffer.wrap(buffer, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int[] tokens = new int[length / bytes];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = bytes == Short.BYTES ? Short.toUnsignedInt(stored.getShort()) : stored.getInt();
            if (Integer.compareUnsigned(tokens[i], vocabSize) >= 0) {
                throw new IOException("%s: token %d, counted from 0, is %d, but the vocabulary has %d tokens"
                        .formatted(file.name(), before + i, Integer.toUnsignedLong(tokens[i]), vocabSize));
            }
        }
        return tokens;
    }
}
