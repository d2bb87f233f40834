package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.ModelSource;
import org.randygpt.core.checkpoint.Scratch;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/**
 * The model of a file, whose weights stay there until they are asked for. Everything else is checked when a file is
 * opened; what is wrong with one is thrown as an {@link IOException} with its path, the place, and both values.
 */
public final class GgufModel implements ModelSource, AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    /** A tensor of the file, by llama.cpp's name, that is a parameter's. */
    private record Stored(TensorInfo tensor, Arrangement arrangement) {}

    private final Path file;
    private final FileChannel channel;
    private final GptConfig config;
    private final Tokenizer tokenizer;
    private final SequencedMap<String, Parameter> parameters;
    private final Map<Parameter, Stored> stored;
    private final Scratch scratch;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private GgufModel(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        GgufHeader header = GgufHeader.read(file, channel);
        tokenizer = GgufVocabulary.read(header.metadata());
        Head head = header.tensors().containsKey(TensorNames.HEAD) ? Head.UNTIED : Head.TIED;
        config = Hyperparameters.read(header.metadata(), tokenizer.vocabSize(), head);
        parameters = parameters(header);
        stored = match(header);
        scratch = new Scratch(parameters.values());
    }

    /** Opens a file and reads all of it but the weights. */
    public static GgufModel open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: there is no such file".formatted(file));
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new GgufModel(file, channel);
        } catch (IOException | RuntimeException problem) {
            channel.close();
            throw problem;
        }
    }

    @Override
    public GptConfig config() {
        return config;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public SequencedMap<String, Parameter> parameters() {
        return parameters;
    }

    /** {@inheritDoc} A weight that is no number is an {@link IOException}. */
    @Override
    public Matrix weights(Parameter parameter) throws IOException {
        Stored place = Objects.requireNonNull(stored.get(parameter));
        Matrix weights = scratch.of(parameter);
        TensorType type = place.tensor.type();
        buffer.clear().limit(0);
        long next = place.tensor.from();
        for (int i = 0; i < weights.size(); i++) {
            if (!buffer.hasRemaining()) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, place.tensor.to() - next));
                fill(next);
                next += buffer.remaining();
            }
            float weight = type.get(buffer);
            if (!Float.isFinite(weight)) {
                throw problem("byte %d: element %d of %s is %s; the file is damaged, or training broke down"
                        .formatted(place.tensor.from() + (long) i * type.bytes(), i, place.tensor.name(), weight));
            }
            weights.data()[weights.offset() + place.arrangement.from(i)] = weight;
        }
        return weights;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private SequencedMap<String, Parameter> parameters(GgufHeader header) throws IOException {
        int tensors = header.tensors().size();
        if (config.layers() > tensors) {
            throw problem("there are %d tensors, fewer than the %d layers that block_count states"
                    .formatted(tensors, config.layers()));
        }
        try {
            return Gpt.training(config, 1, 1).parameters();
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            throw new IOException(
                    "%s: its keys describe a model that is too large: %s".formatted(file, tooLarge.getMessage()),
                    tooLarge);
        }
    }

    private Map<Parameter, Stored> match(GgufHeader header) throws IOException {
        Map<Parameter, Stored> matched = new LinkedHashMap<>();
        SequencedMap<String, Parameter> wanted = TensorNames.of(config, parameters);
        for (Map.Entry<String, Parameter> entry : wanted.entrySet()) {
            Arrangement arrangement = TensorNames.arrangement(config, entry.getKey(), entry.getValue());
            List<Integer> shape = arrangement.shape(entry.getValue().shape());
            TensorInfo tensor = header.tensors().get(entry.getKey());
            if (tensor == null) {
                throw problem("there is no tensor %s; a model with these keys has one of shape %s"
                        .formatted(entry.getKey(), shape));
            }
            if (!shape.equals(tensor.shape())) {
                throw problem("the tensor %s has the shape %s; a model with these keys and tokens has %s"
                        .formatted(entry.getKey(), tensor.shape(), shape));
            }
            matched.put(entry.getValue(), new Stored(tensor, arrangement));
        }
        for (String name : header.tensors().keySet()) {
            if (!wanted.containsKey(name)) {
                throw problem("a %s with these keys has no tensor %s; models with it cannot be read"
                        .formatted(Hyperparameters.name(config.architecture()), name));
            }
        }
        return matched;
    }

    private void fill(long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw problem("byte %d: the file ends here".formatted(from + buffer.position()));
            }
        }
        buffer.flip();
    }

    private IOException problem(String sentence) {
        return new IOException("%s: %s".formatted(file, sentence));
    }
}
