package org.randygpt.core.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TextSettings.OnInvalid;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** The texts of some lines of JSON. */
final class JsonRecords {
    // A record is as long as it is; a name or a number in it may be, too.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    private static final String TEXT = "text";
    private static final int MOST_NAMES = 5;

    private final TextSettings settings;
    private final RawBlock raw;
    private final byte[] lines;

    private final ByteArrayOutputStream text;
    private final List<Integer> ends = new ArrayList<>();
    private final List<Integer> linesOfTexts = new ArrayList<>();
    private long replaced;
    private int line;

    /**
     * Those of a block.
     *
     * @param lines the block's bytes made valid, with as many lines
     * @throws IOException that names the file and the line of something else than a record
     */
    JsonRecords(TextSettings settings, RawBlock raw, byte[] lines) throws IOException {
        this.settings = settings;
        this.raw = raw;
        this.lines = lines;
        text = new ByteArrayOutputStream(lines.length);
        for (int start = 0; start < lines.length; line++) {
            int end = start;
            while (end < lines.length && lines[end] != '\n') {
                end++;
            }
            if (!isBlank(start, end)) {
                add(start, end);
            }
            start = end + 1;
        }
    }

    /** The texts, one after the other. */
    byte[] text() {
        return text.toByteArray();
    }

    /** Where each of them ends. */
    int[] ends() {
        return ends.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many U+FFFD stand for halves of surrogate pairs. */
    long replaced() {
        return replaced;
    }

    /** "FILE, line L, character C of its text" of a byte of the texts. */
    String locate(int offset) throws IOException {
        int record = 0;
        while (record < ends.size() - 1 && ends.get(record) <= offset) {
            record++;
        }
        int start = record == 0 ? 0 : ends.get(record - 1);
        int character = 1;
        byte[] texts = text();
        for (int at = start + 1; at <= offset; at++) {
            character += at == texts.length || !Utf8.isContinuation(texts[at]) ? 1 : 0;
        }
        return "%s, line %d, character %d of its text"
                .formatted(raw.file().name(), lineOf(linesOfTexts.get(record)), character);
    }

    private void add(int start, int end) throws IOException {
        byte[] added = settings.newlines().apply(whole(parse(start, end)).getBytes(StandardCharsets.UTF_8));
        if (added.length > 0) {
            text.writeBytes(added);
            ends.add(text.size());
            linesOfTexts.add(line);
        }
    }

    private String parse(int start, int end) throws IOException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), lines, start, end - start)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw wrong("is %s; each line must be an object with a \"text\"".formatted(description(first)));
            }
            String found = textOfObject(parser);
            if (parser.nextToken() != null) {
                throw wrong("goes on after its object; each line must be one");
            }
            return found;
        } catch (UnexpectedEndOfInputException cut) {
            throw wrong(
                    "ends in the middle of its object; a record must be an object on one line of its own, not spread over several");
        } catch (JacksonException malformed) {
            throw wrong(
                    "is not JSON from its character %d on; each line must be an object with a \"text\", and one line all of it"
                            .formatted(characterOf(malformed, start, end)));
        }
    }

    /** Where a parser has stumbled; it counts bytes. */
    private int characterOf(JacksonException malformed, int start, int end) {
        int at = Math.clamp(start + (long) malformed.getLocation().getColumnNr() - 1, start, end);
        int character = 1;
        for (int i = start; i < at; i++) {
            character += Utf8.isContinuation(lines[i]) ? 0 : 1;
        }
        return character;
    }

    private String textOfObject(JsonParser parser) throws IOException {
        @Nullable String found = null;
        List<String> others = new ArrayList<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (!name.equals(TEXT)) {
                if (others.size() <= MOST_NAMES) {
                    others.add(others.size() < MOST_NAMES ? name : "...");
                }
                parser.skipChildren();
            } else if (value == JsonToken.VALUE_STRING) {
                found = parser.getString();
            } else {
                throw wrong("has %s as its \"text\", which must be a string".formatted(description(value)));
            }
        }
        if (found == null) {
            throw wrong("has no \"text\"; it has " + (others.isEmpty() ? "nothing" : String.join(", ", others)));
        }
        return found;
    }

    /** A text without halves of surrogate pairs. */
    private String whole(String found) throws IOException {
        int half = firstHalf(found, 0);
        if (half == found.length()) {
            return found;
        }
        if (settings.onInvalid() == OnInvalid.ERROR) {
            throw wrong(
                    "has \\u%04x in its \"text\", half of a surrogate pair and no character; give --on-invalid replace"
                            .formatted((int) found.charAt(half)));
        }
        StringBuilder whole = new StringBuilder(found);
        while (half < found.length()) {
            whole.setCharAt(half, '\uFFFD');
            replaced++;
            half = firstHalf(found, half + 1);
        }
        return whole.toString();
    }

    private static int firstHalf(String text, int from) {
        int at = from;
        while (at < text.length() && !Character.isSurrogate(text.charAt(at)) || isPair(text, at)) {
            at += isPair(text, at) ? 2 : 1;
        }
        return at;
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }

    private boolean isBlank(int start, int end) {
        for (int at = start; at < end; at++) {
            if (lines[at] != ' ' && lines[at] != '\t' && lines[at] != '\r') {
                return false;
            }
        }
        return true;
    }

    private IOException wrong(String what) throws IOException {
        return new IOException("%s: line %d %s".formatted(raw.file().name(), lineOf(line), what));
    }

    private long lineOf(int lineOfBlock) throws IOException {
        return TextPlace.find(raw.file(), settings, raw.start()).line() + lineOfBlock;
    }

    private static String description(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NULL -> "null";
            case null, default -> "nothing";
        };
    }
}
