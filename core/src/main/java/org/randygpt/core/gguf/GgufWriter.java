package org.randygpt.core.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.ModelSource;
import org.randygpt.core.graph.Parameter;
import org.randygpt.kernels.Matrix;

/** Writes models as llama.cpp's converter of Hugging Face's folders does. */
public final class GgufWriter {
    private static final int BUFFER_BYTES = 1 << 20;
    // Of the blocks of quantized types, of which there are none here; the converter writes it always.
    private static final int QUANTIZATION_VERSION = 2;

    private final ModelSource model;
    private final TensorType matrices;
    private final SequencedMap<String, Parameter> tensors;
    private final byte[] header;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private GgufWriter(ModelSource model, String name, TensorType matrices) {
        this.model = model;
        this.matrices = matrices;
        Hyperparameters.requireKnown(model.config());
        SequencedMap<String, Object> keys = new LinkedHashMap<>();
        keys.put(
                Hyperparameters.ARCHITECTURE,
                Hyperparameters.name(model.config().architecture()));
        keys.put("general.type", "model");
        keys.put("general.name", name);
        Hyperparameters.put(keys, model.config());
        keys.put("general.file_type", matrices.fileType());
        keys.put("general.quantization_version", QUANTIZATION_VERSION);
        GgufTokenizer.put(keys, model.tokenizer());
        tensors = TensorNames.of(model.config(), model.parameters());
        header = header(keys);
    }

    /**
     * A file with a model. Its weights are fetched while it is written; a weight that the type cannot hold is an
     * {@link IOException} then.
     *
     * @param name of the model, for people
     * @param matrices what the elements of matrices become; gains, biases and positions stay as they are
     * @throws IllegalArgumentException when llama.cpp knows no such architecture or tokenizer; it says what to do
     */
    public static FileContent content(ModelSource model, String name, TensorType matrices) {
        return new GgufWriter(model, name, matrices)::write;
    }

    private byte[] header(SequencedMap<String, Object> keys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MetadataValues.writeInt(out, GgufHeader.MAGIC);
        MetadataValues.writeInt(out, GgufHeader.VERSION);
        MetadataValues.writeLong(out, tensors.size());
        MetadataValues.writeLong(out, keys.size());
        keys.forEach((key, value) -> {
            MetadataValues.writeText(out, key);
            MetadataValues.write(out, value);
        });
        long offset = 0;
        for (Map.Entry<String, Parameter> tensor : tensors.entrySet()) {
            TensorType type = TensorNames.type(tensor.getKey(), tensor.getValue(), matrices);
            List<Integer> shape = arrangement(tensor.getKey(), tensor.getValue())
                    .shape(tensor.getValue().shape());
            MetadataValues.writeText(out, tensor.getKey());
            MetadataValues.writeInt(out, shape.size());
            shape.reversed().forEach(size -> MetadataValues.writeLong(out, size));
            MetadataValues.writeInt(out, type.number());
            MetadataValues.writeLong(out, offset);
            offset += aligned((long) tensor.getValue().size() * type.bytes());
        }
        out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
        return out.toByteArray();
    }

    private void write(Disk.NewFile file) throws IOException {
        file.write(ByteBuffer.wrap(header));
        for (Map.Entry<String, Parameter> tensor : tensors.entrySet()) {
            write(file, tensor.getKey(), tensor.getValue());
        }
    }

    private void write(Disk.NewFile file, String name, Parameter parameter) throws IOException {
        TensorType type = TensorNames.type(name, parameter, matrices);
        Arrangement arrangement = arrangement(name, parameter);
        Matrix weights = model.weights(parameter);
        buffer.clear();
        for (int i = 0; i < weights.size(); i++) {
            float weight = weights.data()[weights.offset() + arrangement.from(i)];
            if (!type.holds(weight)) {
                throw new IOException("an element of %s is %s, which is more than %s can hold; use %s"
                        .formatted(
                                parameter.tensor().name(),
                                weight,
                                type,
                                type == TensorType.F16 ? "BF16 or F32" : TensorType.F32));
            }
            if (buffer.remaining() < type.bytes()) {
                file.write(buffer.flip());
                buffer.clear();
            }
            type.put(buffer, weight);
        }
        file.write(buffer.flip());
        long bytes = (long) weights.size() * type.bytes();
        file.write(ByteBuffer.allocate((int) (aligned(bytes) - bytes)));
    }

    private Arrangement arrangement(String name, Parameter parameter) {
        return TensorNames.arrangement(model.config(), name, parameter);
    }

    private static long aligned(long position) {
        return GgufHeader.aligned(position, GgufHeader.USUAL_ALIGNMENT);
    }
}
