package org.randygpt.core.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.SavedModel;

/** A file in parts, so that it can be wrong. */
final class GgufBytes {
    final SequencedMap<String, Object> keys = new LinkedHashMap<>();
    final List<Entry> tensors = new ArrayList<>();
    int version = 3;
    private final byte[] data;

    /** Of one tensor, with offsets counted from the first one. */
    record Entry(String name, List<Long> dimensions, int type, long offset) {}

    private GgufBytes(byte[] data) {
        this.data = data;
    }

    static GgufBytes of(SavedModel model) throws IOException {
        Path file = Files.createTempFile("parts", ".gguf");
        try {
            AtomicFiles.write(file, GgufWriter.content(TestModels.source(model), "name", TensorType.F32));
            try (FileChannel channel = FileChannel.open(file)) {
                GgufHeader header = GgufHeader.read(file, channel);
                long start = header.tensors().firstEntry().getValue().from();
                byte[] all = Files.readAllBytes(file);
                byte[] data = new byte[(int) (all.length - start)];
                System.arraycopy(all, (int) start, data, 0, data.length);
                GgufBytes bytes = new GgufBytes(data);
                header.metadata().values().forEach((key, value) -> bytes.keys.put(key, written(value)));
                header.tensors()
                        .values()
                        .forEach(tensor -> bytes.tensors.add(new Entry(
                                tensor.name(),
                                tensor.shape().reversed().stream()
                                        .map(Integer::longValue)
                                        .toList(),
                                tensor.type().number(),
                                tensor.from() - start)));
                return bytes;
            }
        } finally {
            Files.delete(file);
        }
    }

    private static Object written(Object read) {
        return switch (read) {
            case Long number -> number.intValue();
            case List<?> list -> list.stream().map(GgufBytes::written).toList();
            default -> read;
        };
    }

    void put(String key, Object value) {
        keys.put(key, value);
    }

    List<String> texts(String key) {
        return ((List<?>) Objects.requireNonNull(keys.get(key)))
                .stream().map(String::valueOf).toList();
    }

    void replace(String name, Entry entry) {
        tensors.replaceAll(each -> each.name.equals(name) ? entry : each);
    }

    Entry tensor(String name) {
        return tensors.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    void write(Path file) throws IOException {
        Files.write(file, bytes());
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MetadataValues.writeInt(out, GgufHeader.MAGIC);
        MetadataValues.writeInt(out, version);
        MetadataValues.writeLong(out, tensors.size());
        MetadataValues.writeLong(out, keys.size());
        keys.forEach((key, value) -> {
            MetadataValues.writeText(out, key);
            MetadataValues.write(out, value);
        });
        for (Entry tensor : tensors) {
            MetadataValues.writeText(out, tensor.name);
            MetadataValues.writeInt(out, tensor.dimensions.size());
            tensor.dimensions.forEach(size -> MetadataValues.writeLong(out, size));
            MetadataValues.writeInt(out, tensor.type);
            MetadataValues.writeLong(out, tensor.offset);
        }
        int alignment = keys.get(GgufHeader.ALIGNMENT_KEY) instanceof Integer given ? given : 32;
        out.writeBytes(new byte[Math.floorMod(-out.size(), Math.max(1, alignment))]);
        out.writeBytes(data);
        return out.toByteArray();
    }
}
