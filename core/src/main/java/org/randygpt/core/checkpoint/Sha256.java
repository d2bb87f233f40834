package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 in hexadecimal. */
public final class Sha256 {
    private static final int BUFFER_BYTES = 1 << 16;

    private Sha256() {}

    /** Of some bytes. */
    public static String of(byte[] bytes) {
        return format(newDigest().digest(bytes));
    }

    /** Of a file, as of a stream. */
    static String of(Path file, LongConsumer progress) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in, progress);
        }
    }

    /**
     * Of all that is left of a stream.
     *
     * @param progress gets the number of bytes after each part
     */
    public static String of(InputStream in, LongConsumer progress) throws IOException {
        MessageDigest digest = newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            digest.update(buffer, 0, count);
            progress.accept(count);
        }
        return format(digest.digest());
    }

    /** Of what a file is to hold. */
    static String of(FileContent content) throws IOException {
        MessageDigest digest = newDigest();
        content.writeTo(new Disk.NewFile() {
            @Override
            public void write(ByteBuffer bytes) {
                digest.update(bytes);
            }

            @Override
            public void force() {
                // There is no disk.
            }

            @Override
            public void close() {
                // There is no file.
            }
        });
        return format(digest.digest());
    }

    static String format(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
