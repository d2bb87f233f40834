package org.randygpt.launcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarningFilterTest {
    private static final String WARNING =
            "WARNING: Using incubator modules: jdk.incubator.vector" + System.lineSeparator();

    @Test
    void dropsTheWarningAtAnyLineStart() throws IOException {
        assertEquals("before\nafter\n", filtered("before\n" + WARNING + "after\n"));
    }

    @Test
    void dropsItOnlyOnce() throws IOException {
        assertEquals(WARNING, filtered(WARNING + WARNING));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "no line end",
                "WARNING: Using incubator modules: jdk.incubator.vector, jdk.other\n",
                "WARNING: Using incubator modules: jdk.incubator.vector",
                " WARNING: Using incubator modules: jdk.incubator.vector\n",
                "WWARNING: Using incubator modules: jdk.incubator.vector\n",
                "WARNING: other\n",
                "\u00ff\u0000\r\r\n"
            })
    void passesEverythingElse(String text) throws IOException {
        assertEquals(text, filtered(text));
    }

    @Test
    void aLineThatOnlyBeginsLikeTheWarningDoesNotWait() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream in = new InputStream() {
            private int reads;

            @Override
            public int read() {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (reads++ == 0) {
                    buffer[offset] = 'W';
                    return 1;
                }
                assertEquals("W", out.toString(ISO_8859_1), "passed before the next read");
                return -1;
            }
        };
        new WarningFilter(in, out).run();
        assertEquals("W", out.toString(ISO_8859_1));
    }

    private static String filtered(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new WarningFilter(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), out).run();
        return out.toString(ISO_8859_1);
    }
}
