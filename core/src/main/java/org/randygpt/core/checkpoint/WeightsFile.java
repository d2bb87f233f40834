package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Matrix;

/** The weights of a model as model.safetensors has them. */
final class WeightsFile implements AutoCloseable {
    static final String NAME = "model.safetensors";

    private static final String GPT2_PREFIX = "transformer.";
    private static final String HEAD = "lm_head.weight";
    // Older GPT-2 files hold the causal mask: it is not learnt.
    private static final Pattern GPT2_MASK = Pattern.compile("h\\.\\d+\\.attn\\.(masked_)?bias");
    // Older Llama files hold the frequencies of rotary positions, which follow from their base.
    private static final Pattern ROTARY_FREQUENCIES = Pattern.compile(".*\\.rotary_emb\\.inv_freq");

    private final WeightShards open;
    private final Graph graph;
    private final Map<Parameter, StoredTensor> matched;

    private WeightsFile(WeightShards open, Graph graph, GptConfig config) throws IOException {
        this.open = open;
        this.graph = graph;
        matched = match(graph.parameters(), byOurNames(config.architecture()));
    }

    /** A file with the weights of a model. */
    static FileContent of(ModelSource model) {
        boolean prefixed = model.config().architecture() == Architecture.GPT2;
        SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
        Map<String, Parameter> stored = new HashMap<>();
        model.parameters().forEach((name, parameter) -> {
            String tensor = prefixed && !name.equals(HEAD) ? GPT2_PREFIX + name : name;
            shapes.put(tensor, parameter.shape());
            stored.put(tensor, parameter);
        });
        return Safetensors.content(shapes, tensor -> model.weights(Objects.requireNonNull(stored.get(tensor))));
    }

    /**
     * Opens the file in a folder, or the several; everything but the weights themselves is compared with the
     * configuration.
     */
    static WeightsFile open(Path folder, GptConfig config) throws IOException {
        WeightShards open = WeightShards.open(folder);
        try {
            return new WeightsFile(open, graph(open, config), config);
        } catch (IOException | RuntimeException problem) {
            open.close();
            throw problem;
        }
    }

    /** Everything is compared with the configuration before memory is taken for it. */
    static Parameters read(Path folder, GptConfig config) throws IOException {
        try (WeightsFile weights = open(folder, config)) {
            Parameters parameters = new Parameters(weights.graph);
            for (Parameter parameter : weights.parameters().values()) {
                weights.read(parameter, parameter.in(parameters.values()));
            }
            return parameters;
        }
    }

    /** Throws when the file does not hold the weights of such a model. */
    static void requireShapes(Path folder, GptConfig config) throws IOException {
        open(folder, config).close();
    }

    /** The declarations by name, in order. */
    SequencedMap<String, Parameter> parameters() {
        return graph.parameters();
    }

    /**
     * Reads the weights of one of {@link #parameters}.
     *
     * @param out overwritten; in the shape of the parameter
     */
    void read(Parameter parameter, Matrix out) throws IOException {
        StoredTensor tensor = Objects.requireNonNull(matched.get(parameter));
        open.read(tensor, out);
        requireNumbers(open.file(tensor), tensor, out);
    }

    @Override
    public void close() throws IOException {
        open.close();
    }

    private static void requireNumbers(Path file, StoredTensor tensor, Matrix weights) throws IOException {
        for (int i = 0; i < weights.size(); i++) {
            float weight = weights.data()[weights.offset() + i];
            if (!Float.isFinite(weight)) {
                throw new IOException("%s: byte %d: element %d of %s is %s; the file is damaged, or training broke down"
                        .formatted(file, tensor.from(), i, tensor.name(), weight));
            }
        }
    }

    private static Graph graph(WeightShards open, GptConfig config) throws IOException {
        int tensors = open.tensors().size();
        if (config.layers() > tensors) {
            throw new IOException("%s: there are %d tensors, fewer than the %d layers that config.json states"
                    .formatted(open.source(), tensors, config.layers()));
        }
        try {
            return Gpt.training(config, 1, 1);
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            throw new IOException(
                    "%s: config.json describes a model that is too large: %s"
                            .formatted(open.source(), tooLarge.getMessage()),
                    tooLarge);
        }
    }

    private SequencedMap<String, StoredTensor> byOurNames(Architecture architecture) throws IOException {
        if (architecture == Architecture.RANDYGPT) {
            return open.tensors();
        }
        SequencedMap<String, StoredTensor> ours = new LinkedHashMap<>();
        for (StoredTensor tensor : open.tensors().values()) {
            String name = tensor.name();
            if (architecture == Architecture.GPT2) {
                name = name.startsWith(GPT2_PREFIX) ? name.substring(GPT2_PREFIX.length()) : name;
            }
            if (notLearnt(architecture).matcher(name).matches()) {
                continue;
            }
            StoredTensor other = ours.put(name, tensor);
            if (other != null) {
                throw new IOException("%s: byte %d: the tensors %s and %s are both %s"
                        .formatted(open.file(tensor), tensor.from(), other.name(), tensor.name(), name));
            }
        }
        return ours;
    }

    private static Pattern notLearnt(Architecture architecture) {
        return architecture.isRotary() ? ROTARY_FREQUENCIES : GPT2_MASK;
    }

    private Map<Parameter, StoredTensor> match(
            SequencedMap<String, Parameter> parameters, SequencedMap<String, StoredTensor> stored) throws IOException {
        Map<Parameter, StoredTensor> matched = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
            List<Long> shape =
                    entry.getValue().shape().stream().map(Integer::longValue).toList();
            StoredTensor tensor = stored.get(entry.getKey());
            if (tensor == null) {
                throw new IOException("%s: there is no tensor %s; config.json asks for one of shape %s"
                        .formatted(open.source(), entry.getKey(), shape));
            }
            if (!shape.equals(tensor.shape())) {
                throw new IOException("%s: byte %d: the tensor %s has the shape %s; config.json asks for %s"
                        .formatted(open.file(tensor), tensor.from(), tensor.name(), tensor.shape(), shape));
            }
            matched.put(entry.getValue(), tensor);
        }
        for (Map.Entry<String, StoredTensor> entry : stored.entrySet()) {
            if (!parameters.containsKey(entry.getKey())) {
                throw new IOException("%s: byte %d: the model that config.json describes has no tensor %s"
                        .formatted(
                                open.file(entry.getValue()),
                                entry.getValue().from(),
                                entry.getValue().name()));
            }
        }
        return matched;
    }
}
