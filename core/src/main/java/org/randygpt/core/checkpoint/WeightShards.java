package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.randygpt.kernels.Matrix;

/**
 * The tensors of a folder: of model.safetensors, or of the several files that large models come in, which
 * model.safetensors.index.json lists.
 */
final class WeightShards implements AutoCloseable {
    static final String INDEX = "model.safetensors.index.json";

    private static final String FILES = "weight_map";

    private final Path source;
    private final Map<Path, Safetensors> opened = new LinkedHashMap<>();
    private final SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, Path> places = new LinkedHashMap<>();

    private WeightShards(Path source) {
        this.source = source;
    }

    /** Opens all files. */
    static WeightShards open(Path folder) throws IOException {
        Path single = folder.resolve(WeightsFile.NAME);
        boolean several = !Files.exists(single) && Files.exists(folder.resolve(INDEX));
        WeightShards shards = new WeightShards(several ? folder.resolve(INDEX) : single);
        try {
            if (several) {
                shards.addListed(folder);
            } else {
                shards.add(single);
            }
            return shards;
        } catch (IOException | RuntimeException problem) {
            shards.close();
            throw problem;
        }
    }

    private void addListed(Path folder) throws IOException {
        JsonObject files = JsonObject.read(source).object(FILES);
        for (String tensor : files.keys()) {
            String name = files.text(tensor);
            if (name.isEmpty() || !Path.of(name).equals(Path.of(name).getFileName())) {
                throw files.wrong(tensor, "the name of a file beside this one");
            }
            if (!opened.containsKey(folder.resolve(name))) {
                add(folder.resolve(name));
            }
        }
        for (String tensor : files.keys()) {
            Path place = places.get(tensor);
            if (!folder.resolve(files.text(tensor)).equals(place)) {
                throw files.wrong(
                        tensor, place == null ? "a file with that tensor" : String.valueOf(place.getFileName()));
            }
        }
    }

    private void add(Path file) throws IOException {
        Safetensors shard = Safetensors.open(file);
        opened.put(file, shard);
        for (StoredTensor tensor : shard.tensors().values()) {
            Path other = places.put(tensor.name(), file);
            if (other != null) {
                throw new IOException("%s: byte %d: the tensor %s is in %s, too"
                        .formatted(file, tensor.from(), tensor.name(), other.getFileName()));
            }
            tensors.put(tensor.name(), tensor);
        }
    }

    /** The file that says which tensors there are. */
    Path source() {
        return source;
    }

    /** SHA-256 of the one file, or of lines with the sums and names of the several. */
    String sha256() throws IOException {
        if (!source.endsWith(INDEX)) {
            return Sha256.of(source, _ -> {});
        }
        StringBuilder lines = new StringBuilder();
        for (Path file : opened.keySet()) {
            lines.append(Sha256.of(file, _ -> {}))
                    .append("  ")
                    .append(file.getFileName())
                    .append('\n');
        }
        return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The file that a tensor is in. */
    Path file(StoredTensor tensor) {
        return Objects.requireNonNull(places.get(tensor.name()));
    }

    /** The tensors by name. */
    SequencedMap<String, StoredTensor> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    /** As {@link Safetensors#read}. */
    void read(StoredTensor tensor, Matrix out) throws IOException {
        Objects.requireNonNull(opened.get(file(tensor))).read(tensor, out);
    }

    @Override
    public void close() throws IOException {
        for (Safetensors shard : opened.values()) {
            shard.close();
        }
    }
}
