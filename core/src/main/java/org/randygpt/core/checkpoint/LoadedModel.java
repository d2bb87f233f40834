package org.randygpt.core.checkpoint;

import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/**
 * A model in memory.
 *
 * @param values its weights, or others in their places
 */
record LoadedModel(SavedModel model, float[] values) implements ModelSource {
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
        return model.parameters().declared();
    }

    @Override
    public Matrix weights(Parameter parameter) {
        return parameter.in(values);
    }
}
