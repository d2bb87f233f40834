package org.randygpt.core.data;

import java.io.IOException;

/**
 * A record that takes more memory than blocks usually do, because a record is never cut.
 *
 * @param start how many bytes of the file's text come before it
 */
record LongRecord(DataFile file, long start) {
    /** Heap that a record takes while it is read, parsed, cleaned and encoded, in bytes for each of its own. */
    private static final int HEAP_PER_BYTE = 12;

    private static final int MEBI = 1 << 20;
    private static final long REST = 64L * MEBI;
    private static final int AT_ONCE = 1 << 16;

    /** Says where it is, how long, and what heap it needs. Reads the file up to its end. */
    IOException needsMore(TextSettings settings, OutOfMemoryError full) throws IOException {
        long line = TextPlace.find(file, settings, start).line();
        long length = length(settings);
        return new IOException(
                "%s: line %d is a record of %,d bytes, for which a heap of %,d MB is too small; set RANDYGPT_JAVA_OPTS=-Xmx%dm if the machine has as much, or make several records of it"
                        .formatted(
                                file.name(),
                                line,
                                length,
                                Runtime.getRuntime().maxMemory() / MEBI,
                                Math.ceilDiv(HEAP_PER_BYTE * length + REST, MEBI)),
                full);
    }

    private long length(TextSettings settings) throws IOException {
        byte[] buffer = new byte[AT_ONCE];
        try (TextBytes text = new TextBytes(file, settings)) {
            long at = 0;
            for (int count = text.read(buffer, 0, AT_ONCE); count > 0; count = text.read(buffer, 0, AT_ONCE)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n' && at + i >= start) {
                        return at + i - start;
                    }
                }
                at += count;
            }
            return at - start;
        }
    }
}
