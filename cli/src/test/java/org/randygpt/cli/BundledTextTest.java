package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledTextTest {
    @TempDir
    private Path folder;

    @Test
    void speechesAreSpeakerLinesAndAnEmptyLine() throws IOException {
        try (var resource = BundledTextTest.class.getResourceAsStream(Texts.BUNDLED + ".txt")) {
            assertTrue(resource != null);
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(63, text.codePoints().distinct().count());
            assertTrue(text.length() > 395_000 && text.length() < 410_000, "length " + text.length());
            assertTrue(text.startsWith("BERNARDO:\nWho's there?\n\nFRANCISCO:\n"));
            assertTrue(text.endsWith("\n\n"));
            for (String speech : text.split("\n\n", 0)) {
                assertTrue(speech.matches("(?s)[A-Za-z][A-Za-z ]*:\n\\S.*\\S"), speech);
            }
            for (String mark : new String[] {"<", ">", "\r", "\t", "  ", "\n\n\n"}) {
                assertTrue(!text.contains(mark), mark);
            }
        }
    }

    @Test
    void isTheDefault() throws IOException {
        String out = new Session(folder)
                .run(
                        "train",
                        "--iters=1",
                        "--layers=1",
                        "--width=8",
                        "--heads=2",
                        "--context=8",
                        "--threads=1",
                        "--sample-tokens=9")
                .out();
        assertTrue(out.contains("shakespeare-plays: "), out);
        assertTrue(out.contains("A sample"), out);
    }
}
