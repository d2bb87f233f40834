package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.Safetensors;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.StoredTensor;
import org.randygpt.core.graph.Parameters;

/** optimizer.safetensors: what the optimizer keeps of every parameter, under PyTorch's names for it. */
final class OptimizerFile {
    static final String NAME = "optimizer.safetensors";

    private OptimizerFile() {}

    /**
     * A file with an optimizer's state.
     *
     * @param state arrays by name, each laid out as the parameters
     */
    static FileContent of(SequencedMap<String, float[]> state, Parameters parameters) {
        return Safetensors.content(blocks(state, parameters));
    }

    /**
     * Reads an optimizer's state.
     *
     * @param state overwritten
     */
    static void read(Path folder, SequencedMap<String, float[]> state, Parameters parameters) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors stored = Safetensors.open(file)) {
            SequencedMap<String, StoredTensor> tensors = stored.tensors();
            for (Map.Entry<String, Block> wanted : blocks(state, parameters).entrySet()) {
                StoredTensor tensor = tensors.get(wanted.getKey());
                if (tensor == null) {
                    throw new IOException("%s: the tensor %s is missing".formatted(file, wanted.getKey()));
                }
                stored.read(tensor, wanted.getValue().values());
            }
        }
    }

    private static SequencedMap<String, Block> blocks(SequencedMap<String, float[]> state, Parameters parameters) {
        SequencedMap<String, Block> blocks = new LinkedHashMap<>();
        parameters
                .declared()
                .forEach((name, parameter) -> state.forEach((kind, array) ->
                        blocks.put(kind + "." + name, new Block(parameter.shape(), parameter.in(array)))));
        return blocks;
    }
}
