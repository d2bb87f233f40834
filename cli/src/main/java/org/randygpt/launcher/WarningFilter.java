package org.randygpt.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes a stream on byte for byte, without the first line that says that the Vector API incubates: the JVM has no
 * option for that.
 */
final class WarningFilter {
    private static final byte[] WARNING = ("WARNING: Using incubator modules: " + JavaHome.VECTOR_MODULE
                    + System.lineSeparator())
            .getBytes(StandardCharsets.US_ASCII);

    private final InputStream from;
    private final OutputStream to;
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

    /** How many bytes of the warning the current line has begun with; negative when it is another line. */
    private int matched;

    private boolean dropped;

    WarningFilter(InputStream from, OutputStream to) {
        this.from = from;
        this.to = to;
    }

    /** Copies until the end of the input. */
    void run() throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            for (int i = 0; i < read; i++) {
                pass(buffer[i]);
            }
            // The JVM writes its warning in one piece. A line that only begins like it must not wait for its rest.
            if (matched > 0 && from.available() == 0) {
                giveBack();
            }
            passed.writeTo(to);
            to.flush();
            passed.reset();
        }
        giveBack();
        passed.writeTo(to);
        to.flush();
    }

    private void pass(byte next) {
        if (matched >= 0 && !dropped && next == WARNING[matched]) {
            matched++;
            if (matched == WARNING.length) {
                dropped = true;
                matched = 0;
            }
            return;
        }
        giveBack();
        passed.write(next);
        matched = next == '\n' ? 0 : -1;
    }

    private void giveBack() {
        if (matched > 0) {
            passed.write(WARNING, 0, matched);
        }
        matched = -1;
    }
}
