package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
final class WeightsFile {
    static final String NAME = "model.safetensors";

    private static final String GPT2_PREFIX = "transformer.";
    private static final String HEAD = "lm_head.weight";
    // Older GPT-2 files hold the causal mask: it is not learnt.
    private static final Pattern GPT2_MASK = Pattern.compile("h\\.\\d+\\.attn\\.(masked_)?bias");
    // Older Llama files hold the frequencies of rotary positions, which follow from their base.
    private static final Pattern ROTARY_FREQUENCIES = Pattern.compile(".*\\.rotary_emb\\.inv_freq");

    private WeightsFile() {}

    /**
     * A file with weights.
     *
     * @param weights laid out as the values of the parameters
     */
    static FileContent of(GptConfig config, Parameters parameters, float[] weights) {
        boolean prefixed = config.architecture() == Architecture.GPT2;
        SequencedMap<String, Safetensors.Block> blocks = new LinkedHashMap<>();
        parameters.declared().forEach((name, parameter) -> {
            String stored = prefixed && !name.equals(HEAD) ? GPT2_PREFIX + name : name;
            blocks.put(stored, new Safetensors.Block(parameter.shape(), parameter.in(weights)));
        });
        return Safetensors.content(blocks);
    }

    /** Everything is compared with the configuration before memory is taken for it. */
    static Parameters read(Path folder, GptConfig config) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors open = Safetensors.open(file)) {
            Graph graph = graph(file, open, config);
            Map<Parameter, StoredTensor> matched = match(file, open, graph, config);
            Parameters parameters = new Parameters(graph);
            for (Map.Entry<Parameter, StoredTensor> entry : matched.entrySet()) {
                Matrix weights = entry.getKey().in(parameters.values());
                open.read(entry.getValue(), weights);
                requireNumbers(file, entry.getValue(), weights);
            }
            return parameters;
        }
    }

    /** Throws when the file does not hold the weights of such a model. */
    static void requireShapes(Path folder, GptConfig config) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors open = Safetensors.open(file)) {
            var _ = match(file, open, graph(file, open, config), config);
        }
    }

    private static Map<Parameter, StoredTensor> match(Path file, Safetensors open, Graph graph, GptConfig config)
            throws IOException {
        return match(file, graph.parameters(), byOurNames(file, open.tensors(), config.architecture()));
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

    private static Graph graph(Path file, Safetensors open, GptConfig config) throws IOException {
        int tensors = open.tensors().size();
        if (config.layers() > tensors) {
            throw new IOException("%s: there are %d tensors, fewer than the %d layers that config.json states"
                    .formatted(file, tensors, config.layers()));
        }
        try {
            return Gpt.training(config, 1, 1);
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            throw new IOException(
                    "%s: config.json describes a model that is too large: %s".formatted(file, tooLarge.getMessage()),
                    tooLarge);
        }
    }

    private static SequencedMap<String, StoredTensor> byOurNames(
            Path file, SequencedMap<String, StoredTensor> tensors, Architecture architecture) throws IOException {
        if (architecture == Architecture.RANDYGPT) {
            return tensors;
        }
        SequencedMap<String, StoredTensor> ours = new LinkedHashMap<>();
        for (StoredTensor tensor : tensors.values()) {
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
                        .formatted(file, tensor.from(), other.name(), tensor.name(), name));
            }
        }
        return ours;
    }

    private static Pattern notLearnt(Architecture architecture) {
        return architecture.isRotary() ? ROTARY_FREQUENCIES : GPT2_MASK;
    }

    private static Map<Parameter, StoredTensor> match(
            Path file, SequencedMap<String, Parameter> parameters, SequencedMap<String, StoredTensor> stored)
            throws IOException {
        Map<Parameter, StoredTensor> matched = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
            List<Long> shape =
                    entry.getValue().shape().stream().map(Integer::longValue).toList();
            StoredTensor tensor = stored.get(entry.getKey());
            if (tensor == null) {
                throw new IOException("%s: there is no tensor %s; config.json asks for one of shape %s"
                        .formatted(file, entry.getKey(), shape));
            }
            if (!shape.equals(tensor.shape())) {
                throw new IOException("%s: byte %d: the tensor %s has the shape %s; config.json asks for %s"
                        .formatted(file, tensor.from(), tensor.name(), tensor.shape(), shape));
            }
            matched.put(entry.getValue(), tensor);
        }
        for (Map.Entry<String, StoredTensor> entry : stored.entrySet()) {
            if (!parameters.containsKey(entry.getKey())) {
                throw new IOException("%s: byte %d: the model that config.json describes has no tensor %s"
                        .formatted(
                                file, entry.getValue().from(), entry.getValue().name()));
            }
        }
        return matched;
    }
}
