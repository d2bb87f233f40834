package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.jr.ob.JSON;
import tools.jackson.jr.ob.JSON.Feature;

/**
 * A JSON object of a file. All methods that read throw {@link IOException} that names the file, the key and the value
 * when the value is missing or of another type; a null counts as missing.
 */
public final class JsonObject {
    /** A key may be a token of a vocabulary, which is as long as what it was learnt from has it. */
    private static final JSON READER = JSON.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private static final JSON WRITER = JSON.std.with(Feature.PRETTY_PRINT_OUTPUT, Feature.WRITE_NULL_PROPERTIES);
    private static final JSON LINE_WRITER = JSON.std.with(Feature.WRITE_NULL_PROPERTIES);

    private static final int MAXIMUM_SHOWN = 100;

    private final String source;
    private final String prefix;
    private final Map<?, ?> values;

    private JsonObject(String source, String prefix, Map<?, ?> values) {
        this.source = source;
        this.prefix = prefix;
        this.values = values;
    }

    /** The object that a file holds. */
    public static JsonObject read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: there is no such file".formatted(file));
        }
        return parse(file.toString(), Files.readAllBytes(file), 0);
    }

    /**
     * The object that some bytes of a file hold; nothing but white space may follow it.
     *
     * @param source what messages begin with
     * @param start where in the file the bytes begin, for messages
     */
    public static JsonObject parse(String source, byte[] json, long start) throws IOException {
        try (JsonParser parser = READER.createParser(json)) {
            Map<String, Object> values = READER.mapFrom(parser);
            if (values == null) {
                throw new IOException("%s: byte %d: this is not a JSON object".formatted(source, start));
            }
            if (parser.nextToken() != null) {
                long at = start + parser.currentTokenLocation().getByteOffset();
                throw new IOException("%s: byte %d: something follows the JSON object".formatted(source, at));
            }
            return new JsonObject(source, "", values);
        } catch (JacksonException malformed) {
            long at = malformed.getLocation() == null
                    ? 0
                    : Math.max(0, malformed.getLocation().getByteOffset());
            throw new IOException(
                    "%s: byte %d: this is not a JSON object: %s".formatted(source, start + at, reason(malformed)),
                    malformed);
        }
    }

    /** What Jackson says, without the place, which it does not know. */
    private static String reason(JacksonException malformed) {
        return String.valueOf(malformed.getOriginalMessage()).replaceFirst(" \\(start marker at .*", "");
    }

    /** Writes an object of text, numbers, truth values, lists, maps and nulls, atomically. */
    public static void write(Path file, Map<String, ?> object) throws IOException {
        AtomicFiles.write(file, content(object));
    }

    /** A file with an object of text, numbers, truth values, lists, maps and nulls. */
    public static FileContent content(Map<String, ?> object) {
        return FileContent.ofText(text(object) + "\n");
    }

    /** An object of text, numbers, truth values, lists, maps and nulls, on many lines, of which the last has no end. */
    public static String text(Map<String, ?> object) {
        return WRITER.asString(object);
    }

    /** An object of text, numbers, truth values, lists, maps and nulls, on one line without its end. */
    public static String line(Map<String, ?> object) {
        return LINE_WRITER.asString(object);
    }

    /** The keys in the order of the file. */
    public Set<String> keys() {
        @SuppressWarnings("unchecked") // JSON has no other keys
        Set<String> keys = (Set<String>) values.keySet();
        return keys;
    }

    /** Whether a key has a value other than null. */
    public boolean has(String key) {
        return values.get(key) != null;
    }

    /** Whether the value of a key is a text. */
    public boolean isText(String key) {
        return values.get(key) instanceof String;
    }

    /** A value of any type: a text, a number, true or false, a list or a map. */
    public Object value(String key) throws IOException {
        return require(key);
    }

    /** A whole number that fits an int. */
    public int integer(String key) throws IOException {
        return require(Integer.class, key, "a whole number below 2147483648");
    }

    /** A whole number that fits a long. */
    public long longInteger(String key) throws IOException {
        return asLong(key, require(key));
    }

    /** A number. */
    public double number(String key) throws IOException {
        return require(Number.class, key, "a number").doubleValue();
    }

    /** A text. */
    public String text(String key) throws IOException {
        return require(String.class, key, "a text");
    }

    /** True or false. */
    public boolean truth(String key) throws IOException {
        return require(Boolean.class, key, "true or false");
    }

    /** An object within this one. */
    public JsonObject object(String key) throws IOException {
        return new JsonObject(source, prefix + key + ".", require(Map.class, key, "an object"));
    }

    /** The objects of a list. */
    public List<JsonObject> objects(String key) throws IOException {
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : require(List.class, key, "a list")) {
            String place = "%s%s[%d].".formatted(prefix, key, objects.size());
            if (!(element instanceof Map<?, ?> map)) {
                throw wrong(key, "a list of objects");
            }
            objects.add(new JsonObject(source, place, map));
        }
        return objects;
    }

    /** How many elements a list has. */
    public int size(String key) throws IOException {
        return require(List.class, key, "a list").size();
    }

    /** The whole numbers of a list. */
    public List<Long> longIntegers(String key) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (Object element : require(List.class, key, "a list")) {
            numbers.add(asLong(key, element));
        }
        return numbers;
    }

    /** The texts of a list. */
    public List<String> texts(String key) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Object element : require(List.class, key, "a list")) {
            if (!(element instanceof String text)) {
                throw wrong(key, "a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** The elements of a list, whatever they are. */
    List<?> elements(String key) throws IOException {
        return require(List.class, key, "a list");
    }

    /** Throws when there is a key, not null, that is not one of these. */
    void requireKnown(Set<String> known) throws IOException {
        for (String key : keys()) {
            if (has(key) && !known.contains(key)) {
                throw wrong(key, "absent: this part is not known");
            }
        }
    }

    /** The exception for a key whose value cannot be: says the file, the key, its value and what it must be. */
    public IOException wrong(String key, String expected) {
        Object value = values.get(key);
        String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        if (shown.length() > MAXIMUM_SHOWN) {
            shown = shown.substring(0, MAXIMUM_SHOWN) + "...";
        }
        return new IOException("%s: %s%s is %s; it must be %s".formatted(source, prefix, key, shown, expected));
    }

    private long asLong(String key, @Nullable Object value) throws IOException {
        return switch (value) {
            case Integer number -> number;
            case Long number -> number;
            case null, default -> throw wrong(key, "of whole numbers below 2⁶³");
        };
    }

    private Object require(String key) throws IOException {
        Object value = values.get(key);
        if (value == null) {
            throw new IOException("%s: the key %s%s is missing, or null".formatted(source, prefix, key));
        }
        return value;
    }

    private <T> T require(Class<T> type, String key, String expected) throws IOException {
        Object value = require(key);
        if (!type.isInstance(value)) {
            throw wrong(key, expected);
        }
        return type.cast(value);
    }
}
