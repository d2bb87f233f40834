package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.randygpt.core.data.TestFiles.TINY;
import static org.randygpt.core.data.TestFiles.gzip;
import static org.randygpt.core.data.TestFiles.read;
import static org.randygpt.core.data.TestFiles.text;
import static org.randygpt.core.data.TestFiles.utf8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TextSettings.Newlines;
import org.randygpt.core.data.TextSettings.OnInvalid;

/** What reading text ends with a message for. */
class RefusedTextTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatIsNoUtf8IsNamedWithItsLineAndByte(int threads) {
        String begin = "one é\r\n".repeat(11) + "twelfth: ";
        byte[] valid = utf8(begin);
        byte[] invalid = latin1("\u00E9t\u00E9\nand \u00E9");
        byte[] bytes = Arrays.copyOf(valid, valid.length + invalid.length);
        System.arraycopy(invalid, 0, bytes, valid.length, invalid.length);
        DataFile file = DataFile.ofBytes("notes.txt", bytes);

        for (BlockSizes sizes : List.of(TINY, BlockSizes.USUAL)) {
            assertEquals(
                    "notes.txt: line 12, byte %d (0xE9) is not UTF-8; give --encoding, for example --encoding ISO-8859-1, or --on-invalid replace"
                            .formatted(valid.length),
                    message(TextSettings.USUAL, threads, sizes, file));
        }
    }

    @Test
    void theByteIsCountedFromTheBeginningOfTheFileBehindItsMark() {
        byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a', '\n', 'b', (byte) 0xC0};

        assertEquals(
                "a: line 2, byte 6 (0xC0) is not UTF-8; give --encoding, for example --encoding ISO-8859-1, or --on-invalid replace",
                message(DataFile.ofBytes("a", bytes)));
        assertTrue(message(DataFile.ofBytes("a.gz", gzip(bytes))).startsWith("a.gz: line 2, byte 6 (0xC0)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE"})
    void aFileOfUtf16IsToldByItsMark(String encoding) {
        byte[] bytes = "\uFEFFabc".getBytes(Charset.forName(encoding));

        assertEquals(
                "a: line 1, byte 0 (0x%02X) is not UTF-8; give --encoding, for example --encoding UTF-16, or --on-invalid replace"
                        .formatted(bytes[0]),
                message(DataFile.ofBytes("a", bytes)));
    }

    @ParameterizedTest
    @CsvSource({
        "FD377A585A000004E6D6B446, a file compressed by xz; unpack it first",
        "28B52FFD04580100, a file compressed by zstd; unpack it first",
        "504B0304140000000800E6D6, a file compressed by zip; unpack it first",
        "425A68393141592653599D, a file compressed by bzip2; unpack it first",
        "50415231150415C0, a Parquet file; write its texts to a .jsonl file first",
        "7F454C46020101000000000000000000020000FF, 'a binary file, which is no text'"
    })
    void aFileThatIsNoTextIsNotSaidToBeOneInAnotherEncoding(String hex, String look) {
        String message = message(DataFile.ofBytes("a", HexFormat.of().parseHex(hex)));
        assertTrue(message.contains(" is not UTF-8; it looks like " + look), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE"})
    void aTextOfUtf16WithoutAMarkIsToldByItsZeros(String encoding) {
        byte[] bytes = "Grüße aus Köln, und noch mehr davon\n".repeat(20).getBytes(Charset.forName(encoding));
        String message = message(DataFile.ofBytes("a", bytes));
        assertTrue(
                message.endsWith("give --encoding, for example --encoding " + encoding + ", or --on-invalid replace"),
                message);
    }

    @Test
    void aLoneCarriageReturnIsALineWhereItBecomesOne() {
        TextSettings lines = new TextSettings(StandardCharsets.UTF_8, OnInvalid.ERROR, Newlines.LF);
        DataFile file = DataFile.ofBytes("a", latin1("a\rb\r\nc\n\u00E9"));

        assertTrue(message(lines, 1, TINY, file).startsWith("a: line 4, byte 7 (0xE9)"));
        assertTrue(message(file).startsWith("a: line 3, byte 7 (0xE9)"));
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE, 610000D8, 'line 1, byte 2 (0x00)'", "UTF-16LE, 61000A006100FF, 'line 2, byte 6 (0xFF)'"})
    void otherEncodingsAreNamedToo(String encoding, String hex, String place) {
        TextSettings settings = new TextSettings(Charset.forName(encoding), OnInvalid.ERROR, Newlines.KEEP);
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertEquals(
                "a: %s is not %s; give the right --encoding, or --on-invalid replace".formatted(place, encoding),
                message(settings, 2, TINY, DataFile.ofBytes("a", bytes)));
    }

    @Test
    void aByteFarBehindTheBufferIsCounted() {
        TextSettings ascii = new TextSettings(StandardCharsets.US_ASCII, OnInvalid.ERROR, Newlines.KEEP);
        byte[] bytes = latin1("a line\n".repeat(100_000) + "\u00E9");

        assertEquals(
                "a: line 100001, byte 700000 (0xE9) is not US-ASCII; give the right --encoding, or --on-invalid replace",
                message(ascii, 2, BlockSizes.USUAL, DataFile.ofBytes("a", bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void theFirstProblemInTheFilesIsTold(int threads) {
        byte[] cut = gzip(utf8("word"));
        DataFile[] files = {
            text("a", "word ".repeat(1_000)),
            DataFile.ofBytes("b", latin1("word ".repeat(50) + "\u00E9 word \u00E8")),
            DataFile.ofBytes("c", Arrays.copyOf(cut, 5))
        };

        for (int i = 0; i < 20; i++) {
            assertTrue(message(TextSettings.USUAL, threads, TINY, files).startsWith("b: line 1, byte 250 (0xE9)"));
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
        assertEquals("my.txt: there is no such file", message(DataFile.of(folder.resolve("my.txt"), "my.txt")));
    }

    @Test
    void aFileThatShrinksIsNamed() {
        assertEquals(
                "a.txt: ends after 5 of its 8 bytes: it became shorter while it was read",
                message(content(8, new ByteArrayInputStream(utf8("hello")))));
    }

    @Test
    void aFileThatFailsIsNamed() {
        InputStream failing = new InputStream() {
            private boolean hasBegun;

            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int count = hasBegun ? read() : 3;
                hasBegun = true;
                return count;
            }
        };

        assertEquals("a.txt: cannot be read beyond byte 3: Input/output error", message(content(8, failing)));
    }

    @Test
    void filesOfTokensAreNoText() {
        DataFile tokens = TestFiles.file("a.bin", DataFile.Format.TOKENS, new byte[2]);

        assertEquals(
                "a.bin holds tokens, not text",
                assertThrows(IllegalArgumentException.class, () -> read(TextSettings.USUAL, tokens))
                        .getMessage());
    }

    private static DataFile content(long size, InputStream in) {
        return new DataFile("a.txt", DataFile.Format.TEXT, new DataFile.Content() {
            @Override
            public InputStream open() {
                return in;
            }

            @Override
            public long size() {
                return size;
            }
        });
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String message(DataFile... files) {
        return message(TextSettings.USUAL, 2, BlockSizes.USUAL, files);
    }

    private static String message(TextSettings settings, int threads, BlockSizes sizes, DataFile... files) {
        return String.valueOf(assertThrows(IOException.class, () -> read(settings, threads, sizes, files))
                .getMessage());
    }
}
