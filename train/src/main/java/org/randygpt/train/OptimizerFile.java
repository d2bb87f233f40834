package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Safetensors;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.StoredTensor;

/** optimizer.safetensors: what the next update of each parameter depends on, under PyTorch's names for it. */
final class OptimizerFile {
    static final String NAME = "optimizer.safetensors";

    private OptimizerFile() {}

    static void write(Path folder, Optimizer optimizer) throws IOException {
        Safetensors.write(folder.resolve(NAME), blocks(optimizer));
    }

    static void read(Path folder, Optimizer optimizer) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors stored = Safetensors.open(file)) {
            SequencedMap<String, StoredTensor> tensors = stored.tensors();
            for (var wanted : blocks(optimizer).entrySet()) {
                StoredTensor tensor = tensors.get(wanted.getKey());
                if (tensor == null) {
                    throw new IOException("%s: the tensor %s is missing".formatted(file, wanted.getKey()));
                }
                stored.read(tensor, wanted.getValue().values());
            }
        }
    }

    private static SequencedMap<String, Block> blocks(Optimizer optimizer) {
        SequencedMap<String, Block> blocks = new LinkedHashMap<>();
        optimizer
                .state()
                .forEach((name, matrix) -> blocks.put(name, new Block(List.of(matrix.rows(), matrix.cols()), matrix)));
        return blocks;
    }
}
