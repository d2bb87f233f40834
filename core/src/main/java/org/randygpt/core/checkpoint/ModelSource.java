package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/** A model whose weights come one parameter after the other, so that they need not be in memory together. */
public interface ModelSource {

    /** A model in memory, with its weights or others in their places. */
    static ModelSource of(SavedModel model, float[] values) {
        return new LoadedModel(model, values);
    }

    /** Its shape. */
    GptConfig config();

    /** Of its vocabulary. */
    Tokenizer tokenizer();

    /** The declarations by name, in order. */
    SequencedMap<String, Parameter> parameters();

    /** The weights of a parameter in the shape that it declares; the next call may overwrite what is returned. */
    Matrix weights(Parameter parameter) throws IOException;
}
