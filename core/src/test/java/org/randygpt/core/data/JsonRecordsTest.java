package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.randygpt.core.data.TestFiles.TINY;
import static org.randygpt.core.data.TestFiles.read;
import static org.randygpt.core.data.TestFiles.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TextSettings.Newlines;
import org.randygpt.core.data.TextSettings.OnInvalid;
import org.randygpt.core.text.RandomText;
import tools.jackson.jr.ob.JSON;

class JsonRecordsTest {
    private static final BlockSizes SMALL = new BlockSizes(100, 100, 1 << 20);

    @Test
    void eachRecordsTextIsADocumentForBlocksOfAnySize() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            StringBuilder file = new StringBuilder();
            List<String> texts = new ArrayList<>();
            for (int record = random.nextInt(20); record >= 0; record--) {
                String text = RandomText.of(random, random.nextInt(40));
                Map<String, Object> fields = new LinkedHashMap<>();
                if (random.nextBoolean()) {
                    fields.put("meta", Map.of("text", List.of(1, "no")));
                }
                fields.put("text", text);
                if (random.nextBoolean()) {
                    fields.put("id", random.nextLong());
                }
                file.append(JSON.std.asString(fields)).append(random.nextBoolean() ? "\n" : "\r\n");
                if (random.nextInt(4) == 0) {
                    file.append(random.nextBoolean() ? "\n" : " \t\r\n");
                }
                if (!text.isEmpty()) {
                    texts.add(text);
                }
            }
            BlockSizes sizes = new BlockSizes(1 + random.nextInt(500), 500, 1 << 20);

            TestFiles.Read read = read(
                    TextSettings.USUAL,
                    1 + i % 3,
                    sizes,
                    records("a.jsonl", file.toString().strip()));

            assertEquals(texts, read.documents());
            assertEquals(String.join("", texts), read.text());
        }
    }

    @Test
    void markersAreTextOfARecord() throws IOException {
        TestFiles.Read read = read(
                TextSettings.USUAL,
                records("a.jsonl", "{\"text\":\"a\\n<|endoftext|>\\nb\"}\n{\"text\":\"<|endoftext|>\"}"));

        assertEquals(List.of("a\n<|endoftext|>\nb", "<|endoftext|>"), read.documents());
        assertEquals(2, read.counts().markers());
        assertEquals(4, read.counts().lines());
    }

    @Test
    void newlinesOfARecordAreMadeLineFeeds() throws IOException {
        TextSettings lines = new TextSettings(StandardCharsets.UTF_8, OnInvalid.ERROR, Newlines.LF);

        assertEquals(
                List.of("a\nb\nc\n\nd"),
                read(lines, records("a", "{\"text\": \"a\\r\\nb\\rc\\n\\r\\nd\"}\r\n"))
                        .documents());
    }

    @Test
    void everyCharacterMayBeWrittenAsItIsOrEscaped() throws IOException {
        assertEquals(
                List.of("\0\u0001\t\u007F", "\0\u0001é😀\"\\/\b\f\n\r\t"),
                read(
                                TextSettings.USUAL,
                                records(
                                        "a",
                                        "{\"text\":\"\0\u0001\t\u007F\"}\n"
                                                + "{\"text\":\"\\u0000\\u0001\\u00e9\\ud83d\\uDE00\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"))
                        .documents());
    }

    @Test
    void theLastOfSeveralTextsCounts() throws IOException {
        assertEquals(
                List.of("b"),
                read(TextSettings.USUAL, records("a", "{\"text\":\"a\",\"text\":\"b\"}"))
                        .documents());
    }

    @Test
    void aByteOrderMarkIsRemoved() throws IOException {
        TestFiles.Read read = read(TextSettings.USUAL, records("a", "\uFEFF{\"text\":\"a\"}"));

        assertEquals(List.of("a"), read.documents());
        assertEquals(1, read.counts().byteOrderMarks());
    }

    @Test
    void recordsMayHaveLongNamesLongNumbersAndDeepLists() throws IOException {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        String record = "{\"%s\": %s, \"deep\": %s, \"text\": \"%s\"}"
                .formatted("n".repeat(200_000), "1".repeat(200_000), deep, "t".repeat(30_000_000));

        assertEquals(
                30_000_000,
                read(TextSettings.USUAL, records("a", record)).text().length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '~',
            value = {
                "[1, 2] ! is a list; each line must be an object with a \"text\"",
                "\"words\" ! is a string; each line must be an object with a \"text\"",
                "17 ! is a number; each line must be an object with a \"text\"",
                "null ! is null; each line must be an object with a \"text\"",
                "{} ! has no \"text\"; it has nothing",
                "{\"id\": 1, \"url\": {\"text\": \"a\"}} ! has no \"text\"; it has id, url",
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1} ! has no \"text\"; it has a, b, c, d, e, ...",
                "{\"text\": 1} ! has a number as its \"text\", which must be a string",
                "{\"text\": null} ! has null as its \"text\", which must be a string",
                "{\"text\": [\"a\"]} ! has a list as its \"text\", which must be a string",
                "{\"text\": {\"a\": 1}} ! has an object as its \"text\", which must be a string",
                "{\"text\": true} ! has true as its \"text\", which must be a string",
                "{\"text\": \"a\"} {} ! goes on after its object; each line must be one",
                "{\"text\": \"a\" ! ends in the middle of its object; a record must be an object on one line of its own, not spread over several",
                "{ ! ends in the middle of its object; a record must be an object on one line of its own, not spread over several",
                "Once upon ! is not JSON from its character 1 on; each line must be an object with a \"text\", and one line all of it",
                "{\"é\": 1, \"text\": b} ! is not JSON from its character 18 on; each line must be",
                "{\"text\": \"\\ud800\"} ! has \\ud800 in its \"text\", half of a surrogate pair and no character; give --on-invalid replace",
                "{\"text\": \"\\udc00\\ud800\"} ! has \\udc00 in its \"text\", half of a surrogate pair and no character; give --on-invalid replace"
            })
    void whatIsNoRecordIsNamedWithItsLine(String line, String problem) {
        String before = "{\"text\": \"a\"}\n\n";
        for (BlockSizes sizes : List.of(SMALL, BlockSizes.USUAL)) {
            String message = message(TextSettings.USUAL, sizes, before.repeat(20) + line + "\n" + before);

            assertTrue(message.startsWith("a.jsonl: line 41 " + problem), message);
        }
    }

    @Test
    void halvesOfSurrogatePairsAreReplaced() throws IOException {
        TextSettings replace = new TextSettings(StandardCharsets.UTF_8, OnInvalid.REPLACE, Newlines.KEEP);
        TestFiles.Read read = read(
                replace,
                records("a", "{\"text\": \"\\ud83d\\ud83d\\ude00x\\ude00\\ud83d\"}\n{\"text\": \"\\ud83d\\ude00\"}"));

        assertEquals(List.of("\uFFFD😀x\uFFFD\uFFFD", "😀"), read.documents());
        assertEquals(3, read.counts().replaced());
    }

    @Test
    void whatIsNoUtf8IsNamedOrReplaced() throws IOException {
        byte[] bytes = "{\"text\": \"a\"}\n{\"text\": \"\u00E9\"}".getBytes(StandardCharsets.ISO_8859_1);
        DataFile file = TestFiles.file("a.jsonl", DataFile.Format.JSON_LINES, bytes);
        TextSettings replace = new TextSettings(StandardCharsets.UTF_8, OnInvalid.REPLACE, Newlines.KEEP);
        TextSettings latin1 = new TextSettings(StandardCharsets.ISO_8859_1, OnInvalid.ERROR, Newlines.KEEP);

        String message = String.valueOf(assertThrows(IOException.class, () -> read(TextSettings.USUAL, file))
                .getMessage());
        assertTrue(message.startsWith("a.jsonl: line 2, byte 24 (0xE9) is not UTF-8"), message);
        assertEquals(List.of("a", "\uFFFD"), read(replace, file).documents());
        assertEquals(List.of("a", "é"), read(latin1, file).documents());
    }

    @Test
    void aRecordThatIsTooLongIsNamed() throws IOException {
        String record = "{\"text\": \"%s\"}\n".formatted("a".repeat(50));

        assertEquals(
                3,
                read(TextSettings.USUAL, 1, TINY, records("a.jsonl", record.repeat(3)))
                        .documents()
                        .size());
        assertEquals(
                "a.jsonl: line 3 has more than 64 bytes; that is too long for a record",
                message(TextSettings.USUAL, TINY, record.repeat(2) + record.replace("a", "ab")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aRecordForWhichThereIsNoMemoryIsNamedWithItsSizeAndTheHeapItNeeds(int threads) {
        String before = "{\"text\": \"a\"}\n";
        String large = "{\"text\": \"%s\"}".formatted("b".repeat(10_000));
        DataFile file = records("a.jsonl", before.repeat(40) + large + "\n" + before);
        DocumentReader reader =
                new DocumentReader(List.of(file), TextSettings.USUAL, threads, (bytes, of) -> {}, SMALL);
        String message = String.valueOf(assertThrows(
                        IOException.class,
                        () -> reader.read(
                                block -> {
                                    if (block.text().length > 1000) {
                                        throw new OutOfMemoryError("Java heap space");
                                    }
                                    return block;
                                },
                                (block, same) -> {}))
                .getMessage());
        assertTrue(message.startsWith("a.jsonl: line 41 is a record of 10,012 bytes, for which a heap of "), message);
        assertTrue(message.contains("RANDYGPT_JAVA_OPTS=-Xmx65m"), message);
        assertTrue(message.endsWith("or make several records of it"), message);
    }

    @Test
    void memoryThatEndsWithoutALongRecordIsNoFaultOfOne() {
        DocumentReader reader = new DocumentReader(
                List.of(records("a.jsonl", "{\"text\": \"a\"}\n")), TextSettings.USUAL, 1, (bytes, of) -> {}, SMALL);
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        assertSame(
                full,
                assertThrows(
                        OutOfMemoryError.class,
                        () -> reader.read(
                                block -> {
                                    throw full;
                                },
                                (block, same) -> {})));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 20, 1000})
    void aPlaceIsThatOfTheRecord(int usual) throws IOException {
        DataFile file = records("a.jsonl", "{\"text\":\"\"}\n\n{\"text\":\"aé1\"}\n{\"text\":\"😀2\\n3\"}\n");
        Map<Character, String> places = Map.of(
                '1', "a.jsonl, line 3, character 3 of its text",
                '2', "a.jsonl, line 4, character 2 of its text",
                '3', "a.jsonl, line 4, character 4 of its text");
        DocumentReader reader = new DocumentReader(
                List.of(file), TextSettings.USUAL, 1, (bytes, of) -> {}, new BlockSizes(usual, 1000, 1000));
        int[] found = {0};
        reader.read(block -> block, (block, same) -> {
            for (int at = 0; at < block.text().length; at++) {
                String place = places.get((char) block.text()[at]);
                if (place != null) {
                    assertEquals(place, reader.locate(block, at));
                    found[0]++;
                }
            }
        });
        assertEquals(3, found[0]);
    }

    private static String message(TextSettings settings, BlockSizes sizes, String text) {
        return String.valueOf(assertThrows(IOException.class, () -> read(settings, 2, sizes, records("a.jsonl", text)))
                .getMessage());
    }
}
