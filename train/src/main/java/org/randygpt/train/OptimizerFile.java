package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.Safetensors;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.StoredTensor;

/** optimizer.safetensors: what the optimizer keeps of every parameter, under PyTorch's names for it. */
final class OptimizerFile {
    static final String NAME = "optimizer.safetensors";

    private OptimizerFile() {}

    /**
     * A file with an optimizer's state.
     *
     * @param state by name
     */
    static FileContent of(SequencedMap<String, Block> state) {
        return Safetensors.content(state);
    }

    /**
     * Reads an optimizer's state.
     *
     * @param state overwritten
     */
    static void read(Path folder, SequencedMap<String, Block> state) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors stored = Safetensors.open(file)) {
            SequencedMap<String, StoredTensor> tensors = stored.tensors();
            for (Map.Entry<String, Block> wanted : state.entrySet()) {
                StoredTensor tensor = tensors.get(wanted.getKey());
                if (tensor == null) {
                    throw new IOException("%s: the tensor %s is missing".formatted(file, wanted.getKey()));
                }
                stored.read(tensor, wanted.getValue().values());
            }
        }
    }
}
