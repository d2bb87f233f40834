package org.randygpt.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output, in UTF-8. Unlike a {@code PrintStream} it says when nobody reads any more. */
final class Output {
    private final OutputStream stream;

    Output(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream);
    }

    /** For those who need a stream; it is buffered. */
    OutputStream stream() {
        return stream;
    }

    /**
     * Writes text, which shows once it is flushed.
     *
     * @throws OutputException when it cannot be written
     */
    void print(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes as they are, as {@link #print} writes text. */
    void write(byte[] bytes) {
        try {
            stream.write(bytes);
        } catch (IOException problem) {
            throw new OutputException(problem);
        }
    }

    /** Writes a line, which shows at once. */
    void println(String line) {
        print(line + System.lineSeparator());
        flush();
    }

    /** Has everything show. */
    void flush() {
        try {
            stream.flush();
        } catch (IOException problem) {
            throw new OutputException(problem);
        }
    }
}
