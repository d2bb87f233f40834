package org.randygpt.core.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of a corpus.
 *
 * @param name as its user knows it, for messages
 */
public record DataFile(String name, Format format, Content content) {

    /** What a file holds; any of them may be compressed with gzip. */
    public enum Format {
        /** Text: one document, or several with marker lines between them. */
        TEXT,
        /** An object a line, each with a document as its {@code text}. */
        JSON_LINES,
        /** Tokens, as {@link TokenShard} reads them. */
        TOKENS;

        /**
         * That of a file of a name: JSON Lines for {@code .jsonl} and {@code .ndjson}, tokens for {@code .bin}, also
         * with {@code .gz} behind, and else text.
         */
        public static Format of(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            String stored = lower.endsWith(".gz") ? lower.substring(0, lower.length() - ".gz".length()) : lower;
            if (stored.endsWith(".jsonl") || stored.endsWith(".ndjson")) {
                return JSON_LINES;
            }
            return stored.endsWith(".bin") ? TOKENS : TEXT;
        }
    }

    /** Bytes that can be read again. */
    public interface Content {
        /** The bytes as they are stored, from the first on. */
        InputStream open() throws IOException;

        /** How many there are; 0 where nobody knows. */
        long size() throws IOException;
    }

    /** A file of a file system, with the format of its name. */
    public static DataFile of(Path file, String name) {
        return new DataFile(name, Format.of(file.toString()), new Content() {
            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public long size() throws IOException {
                return Files.size(file);
            }
        });
    }

    /** A text that is already in memory. */
    public static DataFile ofBytes(String name, byte[] text) {
        return new DataFile(name, Format.TEXT, new Content() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(text);
            }

            @Override
            public long size() {
                return text.length;
            }
        });
    }
}
