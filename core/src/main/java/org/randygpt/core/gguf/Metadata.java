package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a file says of its model by keys. Values are {@link Long}, {@link Float}, {@link Double}, {@link Boolean},
 * {@link String} or lists of these. All methods throw {@link IOException} that names the file, the key and the value
 * when the value is missing or of another type.
 */
final class Metadata {
    private static final int MAXIMUM_SHOWN = 100;

    private final Path file;
    private final SequencedMap<String, Object> values;

    Metadata(Path file, SequencedMap<String, Object> values) {
        this.file = file;
        this.values = Collections.unmodifiableSequencedMap(values);
    }

    SequencedMap<String, Object> values() {
        return values;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) throws IOException {
        return require(String.class, key, "a text");
    }

    boolean truth(String key) throws IOException {
        return require(Boolean.class, key, "true or false");
    }

    /** A whole number that fits an int and is not negative. */
    int integer(String key) throws IOException {
        String wanted = "a whole number from 0 to %d".formatted(Integer.MAX_VALUE);
        long number = require(Long.class, key, wanted);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw wrong(key, wanted);
        }
        return (int) number;
    }

    /** A number that fits a float. */
    float real(String key) throws IOException {
        return require(Number.class, key, "a number").floatValue();
    }

    List<String> texts(String key) throws IOException {
        return elements(String.class, key, "a list of texts");
    }

    List<Long> integers(String key) throws IOException {
        return elements(Long.class, key, "a list of whole numbers");
    }

    /** The exception for a key whose value cannot be: says the file, the key, its value and what it must be. */
    IOException wrong(String key, String expected) {
        Object value = values.get(key);
        String shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        if (shown.length() > MAXIMUM_SHOWN) {
            shown = shown.substring(0, MAXIMUM_SHOWN) + "...";
        }
        return new IOException("%s: %s is %s; it must be %s".formatted(file, key, shown, expected));
    }

    /** The exception for a part of the file. */
    IOException problem(String sentence) {
        return new IOException("%s: %s".formatted(file, sentence));
    }

    private <T> List<T> elements(Class<T> type, String key, String expected) throws IOException {
        List<T> elements = new ArrayList<>();
        for (Object element : require(List.class, key, expected)) {
            if (!type.isInstance(element)) {
                throw wrong(key, expected);
            }
            elements.add(type.cast(element));
        }
        return elements;
    }

    private <T> T require(Class<T> type, String key, String expected) throws IOException {
        Object value = values.get(key);
        if (value == null) {
            throw problem("the key %s is missing; convert the model again with a newer llama.cpp".formatted(key));
        }
        if (!type.isInstance(value)) {
            throw wrong(key, expected);
        }
        return type.cast(value);
    }
}
