package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.randygpt.core.data.TestFiles.TINY;
import static org.randygpt.core.data.TestFiles.read;
import static org.randygpt.core.data.TestFiles.text;
import static org.randygpt.core.data.TestFiles.utf8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TextSettings.Newlines;
import org.randygpt.core.data.TextSettings.OnInvalid;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.RandomText;
import org.randygpt.core.text.SpecialTokens;

class DocumentReaderTest {
    private static final String MARKER = "<|endoftext|>";
    private static final String[] PARTS = {
        MARKER,
        MARKER + "\n",
        "\n" + MARKER + "\r\n",
        "<|endof",
        "text|>",
        "<",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        " ",
        "a",
        "word",
        "é",
        "漢",
        "😀",
        "\u2003",
        "\0",
        "\t",
        "\u0085",
        "\u007F",
        "01234567890123456789"
    };

    @ParameterizedTest
    @EnumSource
    void documentsAreThoseOfTheWholeTextForBlocksOfAnySize(Newlines newlines) throws IOException {
        TextSettings settings = new TextSettings(StandardCharsets.UTF_8, OnInvalid.ERROR, newlines);
        Random random = new Random(1);
        for (int i = 0; i < 4_000; i++) {
            String text = randomText(random, 1 + random.nextInt(60));
            BlockSizes sizes = new BlockSizes(1 + random.nextInt(40), 64, 64);

            TestFiles.Read read = read(settings, 1, sizes, text("a.txt", text));

            assertEquals(documents(text, newlines), read.documents(), () -> text);
            assertEquals(counts(read.text()), read.counts().characters());
        }
    }

    @Test
    void theBlocksOfATextWithoutMarkersAreTheWholeText() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            String text = RandomText.of(random, 1 + random.nextInt(200));
            BlockSizes sizes = new BlockSizes(1 + random.nextInt(40), 64 + random.nextInt(20), 100);

            TestFiles.Read read = read(TextSettings.USUAL, 1, sizes, text("a.txt", text));

            assertEquals(text, read.text());
            assertEquals(List.of(text), read.documents());
            for (TextBlock block : read.blocks()) {
                assertTrue(block.text().length <= sizes.longest() + 4, "a block of %d".formatted(block.text().length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void blocksDoNotDependOnThreads(int threads) throws IOException {
        Random random = new Random(3);
        DataFile[] files = new DataFile[5];
        for (int i = 0; i < files.length; i++) {
            files[i] = text("file " + i, randomText(random, 200));
        }
        TestFiles.Read alone = read(TextSettings.USUAL, 1, TINY, files);
        TestFiles.Read together = read(TextSettings.USUAL, threads, TINY, files);

        assertEquals(alone.documents(), together.documents());
        assertEquals(shown(alone.blocks()), shown(together.blocks()));
        assertTrue(
                alone.blocks().size() > 50, "%d blocks".formatted(alone.blocks().size()));
    }

    @ParameterizedTest
    @EnumSource
    void blocksEndBetweenPieces(PreTokenization pieces) throws IOException {
        List<byte[]> bytes = new ArrayList<>();
        for (int unit = 0; unit < 256; unit++) {
            bytes.add(new byte[] {(byte) unit});
        }
        // With merges that span whatever is within a piece, tokens would differ where a block cuts one.
        for (String token :
                List.of("wo", "wor", "word", "\n\n", "  ", " a", "<|", "\r\n", " w", " wo", " wor", " word")) {
            bytes.add(utf8(token));
        }
        BpeTokenizer tokenizer = new BpeTokenizer(
                BpeVocabulary.ofRanks(bytes), SpecialTokens.from(bytes.size(), List.of(MARKER)), pieces);
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int part = 0; part < 30; part++) {
                text.append(PARTS[3 + random.nextInt(PARTS.length - 3)]).append(" word\n");
            }
            byte[] all = utf8(text.toString());
            List<Integer> tokens = new ArrayList<>();
            for (TextBlock block : read(TextSettings.USUAL, 1, new BlockSizes(20, 200, 200), text("a", text.toString()))
                    .blocks()) {
                Arrays.stream(tokenizer.encode(block.text())).forEach(tokens::add);
            }

            assertEquals(Arrays.stream(tokenizer.encode(all)).boxed().toList(), tokens);
        }
    }

    @Test
    void aMarkerSeparatesOnlyWhereItIsAllOfALine() throws IOException {
        assertEquals(
                List.of("a\n", "b " + MARKER + "\n" + MARKER + " c\n", "d\r\n"),
                read(
                                TextSettings.USUAL,
                                text(
                                        "a.txt",
                                        MARKER + "\na\n" + MARKER + "\n" + MARKER + "\r\nb " + MARKER + "\n" + MARKER
                                                + " c\n" + MARKER + "\nd\r\n" + MARKER))
                        .documents());
    }

    @Test
    void aFileOfNothingButMarkersHasNoDocuments() throws IOException {
        for (int usual = 1; usual < 40; usual++) {
            BlockSizes sizes = new BlockSizes(usual, 64, 64);
            DataFile file = text("a.txt", (MARKER + "\n").repeat(5) + MARKER);

            assertEquals(List.of(), read(TextSettings.USUAL, 1, sizes, file).documents());
        }
    }

    @Test
    void filesAreDocumentsOfTheirOwnAndEmptyOnesAreNone() throws IOException {
        TestFiles.Read read =
                read(TextSettings.USUAL, text("a", "no newline"), text("b", ""), text("c", "\n"), text("d", "\uFEFF"));

        assertEquals(List.of("no newline", "\n"), read.documents());
    }

    @Test
    void whatIsNoticedIsCounted() throws IOException {
        String text = "\uFEFFa\0b\u0001\u007F\u0085\u00A0\t\r\nx" + MARKER + " é\n" + MARKER + "\nend";
        for (BlockSizes sizes : List.of(TINY, BlockSizes.USUAL)) {
            assertEquals(
                    new TextCounts(30, 3, 1, 3, 0, 1, 1),
                    read(TextSettings.USUAL, 1, sizes, text("a", text)).counts());
        }
    }

    @Test
    void whatIsNoUtf8IsReplacedAsJavaDoes() throws IOException {
        TextSettings settings = new TextSettings(StandardCharsets.UTF_8, OnInvalid.REPLACE, Newlines.KEEP);
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = RandomText.bytes(random, 150);
            if (i % 3 == 0) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] |= (byte) 0x80;
                    bytes[at] &= (byte) (random.nextInt(4) > 0 ? 0xBF : 0xFF);
                }
            }
            bytes[0] = 'a';

            TestFiles.Read read = read(settings, 1, TINY, DataFile.ofBytes("a", bytes));

            String expected = new String(bytes, StandardCharsets.UTF_8);
            assertEquals(expected, read.text());
            assertEquals(
                    expected.chars().filter(unit -> unit == 0xFFFD).count(),
                    read.counts().replaced());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE", "GB18030", "UTF-8"})
    void otherEncodingsGiveTheSameText(String name) throws IOException {
        TextSettings settings = new TextSettings(Charset.forName(name), OnInvalid.ERROR, Newlines.KEEP);
        Random random = new Random(6);
        for (int i = 0; i < 50; i++) {
            String text = RandomText.of(random, 3_000);
            byte[] bytes = text.getBytes(Charset.forName(name));

            assertEquals(
                    text, read(settings, 1, TINY, DataFile.ofBytes("a", bytes)).text());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16, UTF-16LE",
        "UTF-16, UTF-16BE",
        "UTF-16LE, UTF-16LE",
        "UTF-16BE, UTF-16BE",
        "UTF-32, UTF-32LE",
        "UTF-32, UTF-32BE",
        "UTF-32LE, UTF-32LE",
        "UTF-8, UTF-8"
    })
    void aByteOrderMarkIsRemovedAndObeyed(String told, String written) throws IOException {
        TextSettings settings = new TextSettings(Charset.forName(told), OnInvalid.ERROR, Newlines.KEEP);
        byte[] bytes = "\uFEFFa\uFEFFé".getBytes(Charset.forName(written));

        TestFiles.Read read = read(settings, DataFile.ofBytes("a", bytes));

        assertEquals("a\uFEFFé", read.text());
        assertEquals(1, read.counts().byteOrderMarks());
    }

    @Test
    void nothingIsReplacedTwiceInOtherEncodings() throws IOException {
        TextSettings settings = new TextSettings(StandardCharsets.US_ASCII, OnInvalid.REPLACE, Newlines.LF);
        TestFiles.Read read = read(
                settings,
                1,
                TINY,
                DataFile.ofBytes("a", "caf\u00E9 au\r\nlait\u00E9".getBytes(StandardCharsets.ISO_8859_1)));

        assertEquals("caf\uFFFD au\nlait\uFFFD", read.text());
        assertEquals(2, read.counts().replaced());
    }

    @ParameterizedTest
    @EnumSource
    void aPlaceIsThatOfTheCharacterInTheFile(Newlines newlines) throws IOException {
        TextSettings settings = new TextSettings(StandardCharsets.UTF_8, OnInvalid.ERROR, newlines);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            // Each line tells its number, and each place in it its column, counted from 0.
            int lines = 1 + random.nextInt(6);
            StringBuilder text = new StringBuilder();
            for (int line = 1; line <= lines; line++) {
                text.append(
                        random.nextInt(3) == 0
                                ? MARKER
                                : "%dé漢😀 ".formatted(line).repeat(1 + random.nextInt(4)));
                text.append(random.nextBoolean() ? "\n" : "\r\n");
            }
            DataFile file = text("a.txt", text.toString());
            DocumentReader reader = new DocumentReader(List.of(file), settings, 1, (bytes, of) -> {}, TINY);
            reader.read(block -> block, (block, same) -> {
                for (int at = 0; at < block.text().length; at++) {
                    byte unit = block.text()[at];
                    if (unit >= '1' && unit <= '9') {
                        String place = reader.locate(block, at);
                        assertTrue(place.matches("a\\.txt, line " + (char) unit + ", column (1|6|11|16)"), place);
                    }
                }
            });
        }
    }

    @Test
    void aPlaceOfAnEndIsBehindTheLastCharacter() throws IOException {
        DataFile file = text("a.txt", "one\ntwo");
        DocumentReader reader = new DocumentReader(List.of(file), TextSettings.USUAL, 1, (bytes, of) -> {});
        reader.read(
                block -> block,
                (block, same) -> assertEquals("a.txt, line 2, column 4", reader.locate(block, block.text().length)));
    }

    @Test
    void neverAreMoreThanTwoBlocksForAThreadInMemory() throws IOException {
        long size = 300L << 20;
        byte[] line = utf8("A line of a text that is longer than any memory, and always the same.\n");
        DataFile endless = new DataFile("endless.txt", DataFile.Format.TEXT, new DataFile.Content() {
            @Override
            public InputStream open() {
                return new InputStream() {
                    private long at;

                    @Override
                    public int read() {
                        return at < size ? line[(int) (at++ % line.length)] : -1;
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        int count = (int) Math.min(length, size - at);
                        for (int i = 0; i < count; i++) {
                            into[from + i] = line[(int) (at++ % line.length)];
                        }
                        return count == 0 && length > 0 ? -1 : count;
                    }
                };
            }

            @Override
            public long size() {
                return size;
            }
        });
        AtomicInteger inMemory = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        long[] read = new long[2];
        new DocumentReader(List.of(endless), TextSettings.USUAL, 2, (bytes, of) -> {
                    assertTrue(bytes >= read[1] && bytes <= of && of == size);
                    read[1] = bytes;
                })
                .read(
                        block -> {
                            most.accumulateAndGet(inMemory.incrementAndGet(), Math::max);
                            return block;
                        },
                        (block, same) -> {
                            inMemory.decrementAndGet();
                            read[0] += block.text().length;
                        });

        assertEquals(size, read[0]);
        assertEquals(size, read[1]);
        assertTrue(most.get() <= 4, "%d blocks".formatted(most.get()));
    }

    @Test
    void whatWorkAndThenThrowEndsReading() {
        DataFile file = text("a.txt", "word ".repeat(1_000));
        DocumentReader reader = new DocumentReader(List.of(file), TextSettings.USUAL, 3, (bytes, of) -> {}, TINY);
        IOException ofWork = new IOException("work");
        IllegalStateException ofThen = new IllegalStateException("then");

        assertEquals(
                ofWork,
                assertThrows(
                        IOException.class,
                        () -> reader.read(
                                block -> {
                                    if (block.index() == 20) {
                                        throw ofWork;
                                    }
                                    return block;
                                },
                                (block, same) -> assertTrue(block.index() < 20))));
        assertEquals(
                ofThen,
                assertThrows(
                        IllegalStateException.class,
                        () -> reader.read(block -> block, (block, same) -> {
                            throw ofThen;
                        })));
    }

    private static String randomText(Random random, int parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts; i++) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return text.toString();
    }

    private static long counts(String text) {
        return text.codePointCount(0, text.length());
    }

    /** What documents are, by a definition without blocks. */
    private static List<String> documents(String text, Newlines newlines) {
        String clean = newlines == Newlines.LF ? text.replaceAll("\r\n?", "\n") : text;
        return Arrays.stream(Pattern.compile("(?<=\n|\\A)<\\|endoftext\\|>\r?(\n|\\z)")
                        .split(clean))
                .filter(document -> !document.isEmpty())
                .toList();
    }

    private static List<String> shown(List<TextBlock> blocks) {
        return blocks.stream()
                .map(block -> "%s %d %s %s %s"
                        .formatted(
                                block.file().name(),
                                block.index(),
                                new String(block.text(), StandardCharsets.UTF_8),
                                Arrays.toString(block.documentEnds()),
                                block.counts()))
                .toList();
    }
}
