package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Safetensors;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.StoredTensor;
import org.randygpt.core.graph.Parameters;

/** optimizer.safetensors: AdamW's two moments of every parameter, under PyTorch's names for them. */
final class OptimizerFile {
    static final String NAME = "optimizer.safetensors";

    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";

    private OptimizerFile() {}

    static void write(Path folder, AdamW optimizer, Parameters parameters) throws IOException {
        Safetensors.write(folder.resolve(NAME), blocks(optimizer, parameters));
    }

    static void read(Path folder, AdamW optimizer, Parameters parameters) throws IOException {
        Path file = folder.resolve(NAME);
        try (Safetensors stored = Safetensors.open(file)) {
            SequencedMap<String, StoredTensor> tensors = stored.tensors();
            for (var wanted : blocks(optimizer, parameters).entrySet()) {
                StoredTensor tensor = tensors.get(wanted.getKey());
                if (tensor == null) {
                    throw new IOException("%s: the tensor %s is missing".formatted(file, wanted.getKey()));
                }
                stored.read(tensor, wanted.getValue().values());
            }
        }
    }

    private static SequencedMap<String, Block> blocks(AdamW optimizer, Parameters parameters) {
        SequencedMap<String, Block> blocks = new LinkedHashMap<>();
        parameters.declared().forEach((name, parameter) -> {
            blocks.put(FIRST + name, new Block(parameter.shape(), parameter.in(optimizer.firstMoment())));
            blocks.put(SECOND + name, new Block(parameter.shape(), parameter.in(optimizer.secondMoment())));
        });
        return blocks;
    }
}
