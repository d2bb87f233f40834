package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files made by hand, so that they can be wrong. */
final class SafetensorsFiles {

    private SafetensorsFiles() {}

    static void write(Path file, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        write(file, json.length, header, data);
    }

    static void write(Path file, long headerLength, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Files.write(
                file,
                ByteBuffer.allocate(8 + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(headerLength)
                        .put(json)
                        .put(data)
                        .array());
    }

    /** A header of one tensor. */
    static String entry(String name, String type, String shape, long from, long to) {
        return "{\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}}"
                .formatted(name, type, shape, from, to);
    }
}
