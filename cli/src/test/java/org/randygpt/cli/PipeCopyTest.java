package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.data.DataFile;
import org.randygpt.core.data.DataFile.Format;

class PipeCopyTest {
    @TempDir
    private Path folder;

    private final byte[] bytes = new byte[100_000];

    @Test
    void aCopyMayTakeHalfOfWhatIsFree() throws IOException {
        DataFile copy = new PipeCopy(folder, 2L * bytes.length).of("pipe", new ByteArrayInputStream(bytes));
        try (InputStream in = copy.content().open()) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
    }

    @Test
    void whatIsLongerIsRefusedAndNothingIsLeft() throws IOException {
        PipeCopy pipes = new PipeCopy(folder, 2L * bytes.length - 1);
        assertEquals(
                "pipe is longer than 98 KB, half of what is free in %s, where it has to be copied; put it into a file"
                        .formatted(folder),
                assertThrows(BadInputException.class, () -> pipes.of("pipe", new ByteArrayInputStream(bytes)))
                        .getMessage());
        assertEquals(List.of(), left());
    }

    /** Otherwise it would fill the disk first. */
    @Test
    void whatNeverEndsIsRefused() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }
        };
        assertThrows(BadInputException.class, () -> new PipeCopy(folder, 1 << 20).of("pipe", endless));
        assertEquals(List.of(), left());
    }

    @Test
    void theNameOfAPipeSaysWhatItHolds() throws IOException {
        PipeCopy pipes = new PipeCopy(folder, 1 << 20);
        assertEquals(
                Format.JSON_LINES,
                pipes.of("in/pipe.jsonl", new ByteArrayInputStream(bytes)).format());
        assertEquals(
                Format.TEXT,
                pipes.of("standard input", new ByteArrayInputStream(bytes)).format());
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }
}
