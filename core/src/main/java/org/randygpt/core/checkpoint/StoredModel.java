package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/** The model of a folder, whose weights stay there until they are asked for. */
public final class StoredModel implements ModelSource, AutoCloseable {
    private final GptConfig config;
    private final Tokenizer tokenizer;
    private final WeightsFile weights;
    private final Scratch scratch;

    private StoredModel(GptConfig config, Tokenizer tokenizer, WeightsFile weights) {
        this.config = config;
        this.tokenizer = tokenizer;
        this.weights = weights;
        scratch = new Scratch(weights.parameters().values());
    }

    /** Opens a folder, or one that a {@link FolderName} stands for, and checks all of it but the weights themselves. */
    public static StoredModel open(Path path) throws IOException {
        Path folder = FolderName.follow(path);
        GptConfig config = ModelFolder.readConfig(folder);
        Tokenizer tokenizer = TokenizerFolder.load(folder);
        ConfigFile.requireSameVocabulary(folder, tokenizer);
        return new StoredModel(config, tokenizer, WeightsFile.open(folder, config));
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
        return weights.parameters();
    }

    @Override
    public Matrix weights(Parameter parameter) throws IOException {
        Matrix values = scratch.of(parameter);
        weights.read(parameter, values);
        return values;
    }

    @Override
    public void close() throws IOException {
        weights.close();
    }
}
