package org.randygpt.train.records;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a file that may still be written: one without its end is not there yet. */
final class Lines {
    private Lines() {}

    /** Takes lines one after the other. */
    interface Reader {
        /** Takes a line without its end, and says whether to go on. */
        boolean accept(byte[] line) throws IOException;
    }

    /**
     * Reads lines until there are no more or the reader has enough.
     *
     * @return bytes of the lines, ends included, after which the reader wanted more
     */
    static long read(Path file, Reader reader) throws IOException {
        long accepted = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                if (!reader.accept(line.toByteArray())) {
                    break;
                }
                accepted += line.size() + 1;
                line.reset();
            }
        }
        return accepted;
    }

    static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
