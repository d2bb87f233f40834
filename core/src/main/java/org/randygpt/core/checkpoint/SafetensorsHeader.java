package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.jr.ob.JSON;

/**
 * The header of a safetensors file: the length of a JSON text as 8 bytes, little-endian, and that text, padded with
 * spaces. Tensors follow it without gaps.
 *
 * @param tensors by name, in the order of the file's bytes
 */
record SafetensorsHeader(SequencedMap<String, StoredTensor> tensors) {
    /** Bytes before the JSON text. */
    static final int LENGTH_BYTES = 8;

    private static final int ALIGNMENT = 8;
    private static final String METADATA = "__metadata__";

    /**
     * What the JSON text says.
     *
     * @throws IOException when it does not describe every byte of the rest of the file once
     */
    static SafetensorsHeader parse(Path file, byte[] json, long fileSize) throws IOException {
        JsonObject header =
                JsonObject.parse("%s: header from byte %d".formatted(file, LENGTH_BYTES), json, LENGTH_BYTES);
        long start = LENGTH_BYTES + (long) json.length;
        List<StoredTensor> tensors = new ArrayList<>();
        for (String name : header.keys()) {
            if (!name.equals(METADATA)) {
                tensors.add(tensor(name, header.object(name), start, fileSize));
            }
        }
        tensors.sort(Comparator.comparingLong(StoredTensor::from).thenComparingLong(StoredTensor::to));
        requireNoGaps(file, tensors, start, fileSize);
        SequencedMap<String, StoredTensor> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        return new SafetensorsHeader(byName);
    }

    /** The JSON text for tensors of 32-bit floats that follow each other. */
    static byte[] format(SequencedMap<String, List<Integer>> shapes) {
        SequencedMap<String, Object> header = new LinkedHashMap<>();
        // transformers refuses files without it.
        header.put(METADATA, Map.of("format", "pt"));
        long at = 0;
        for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
            SequencedMap<String, Object> entry = new LinkedHashMap<>();
            long end = at + bytes(tensor.getValue());
            entry.put("dtype", "F32");
            entry.put("shape", tensor.getValue());
            entry.put("data_offsets", List.of(at, end));
            if (header.put(tensor.getKey(), entry) != null) {
                throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
            }
            at = end;
        }
        String json = JSON.std.asString(header);
        int unpadded = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT))).getBytes(StandardCharsets.UTF_8);
    }

    /** What a tensor of 32-bit floats takes. */
    static long bytes(List<Integer> shape) {
        return shape.stream().mapToLong(size -> size).reduce(Float.BYTES, Math::multiplyExact);
    }

    private static StoredTensor tensor(String name, JsonObject entry, long start, long fileSize) throws IOException {
        String type = entry.text("dtype");
        List<Long> shape = entry.longIntegers("shape");
        List<Long> offsets = entry.longIntegers("data_offsets");
        if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(0) > offsets.get(1)) {
            throw entry.wrong("data_offsets", "a start of at least 0 and an end not before it");
        }
        if (offsets.get(1) > fileSize - start) {
            throw entry.wrong(
                    "data_offsets",
                    "within the %d bytes that follow the header up to the file's end at byte %d; is the file complete?"
                            .formatted(fileSize - start, fileSize));
        }
        long bytes = offsets.get(1) - offsets.get(0);
        int width = Safetensors.elementBytes(type);
        // Types that are not read may well stand beside those that are: only their place is checked.
        if (width > 0 && bytes != elements(entry, shape) * width) {
            throw entry.wrong("shape", "of %d bytes, as data_offsets %s say".formatted(bytes, offsets));
        }
        return new StoredTensor(name, type, shape, start + offsets.get(0), start + offsets.get(1));
    }

    private static long elements(JsonObject entry, List<Long> shape) throws IOException {
        long elements = 1;
        for (long size : shape) {
            if (size < 0 || size > Integer.MAX_VALUE || elements * size > Integer.MAX_VALUE) {
                throw entry.wrong("shape", "of at most 2147483647 elements");
            }
            elements *= size;
        }
        return elements;
    }

    private static void requireNoGaps(Path file, List<StoredTensor> sorted, long start, long fileSize)
            throws IOException {
        long at = start;
        for (StoredTensor tensor : sorted) {
            if (tensor.from() != at) {
                throw new IOException("%s: byte %d: the tensor %s begins here and the one before it ends at byte %d"
                        .formatted(file, tensor.from(), tensor.name(), at));
            }
            at = tensor.to();
        }
        if (at != fileSize) {
            throw new IOException("%s: byte %d: the last tensor ends here, but the file goes on to byte %d"
                    .formatted(file, at, fileSize));
        }
    }
}
