package org.randygpt.cli;

import java.io.IOException;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.ModelSource;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/** Tells how many of a model's weights have been fetched. */
final class CountedModel implements ModelSource {
    private final ModelSource model;
    private final ReadingProgress progress;
    private final long all;
    private long fetched;

    CountedModel(ModelSource model, ReadingProgress progress) {
        this.model = model;
        this.progress = progress;
        all = count(model);
    }

    /** How many weights a model has. */
    static long count(ModelSource model) {
        return model.parameters().values().stream().mapToLong(Parameter::size).sum();
    }

    @Override
    public GptConfig config() {
        return model.config();
    }

    @Override
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    @Override
    public SequencedMap<String, Parameter> parameters() {
        return model.parameters();
    }

    @Override
    public Matrix weights(Parameter parameter) throws IOException {
        progress.read(fetched, all);
        fetched += parameter.size();
        return model.weights(parameter);
    }
}
