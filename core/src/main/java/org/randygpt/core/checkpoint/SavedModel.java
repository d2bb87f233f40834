package org.randygpt.core.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;

/**
 * All that a model folder holds.
 *
 * @param config shape of the model
 * @param parameters its weights; the instance itself, not a copy
 * @param tokenizer of its vocabulary
 */
public record SavedModel(GptConfig config, Parameters parameters, Tokenizer tokenizer) {

    /** Throws {@link IllegalArgumentException} when the three do not belong together. */
    public SavedModel {
        if (tokenizer.vocabSize() != config.vocabSize()) {
            throw new IllegalArgumentException("the tokenizer has %d tokens, the model's vocabulary %d"
                    .formatted(tokenizer.vocabSize(), config.vocabSize()));
        }
        var wanted = shapes(Gpt.training(config, 1, 1).parameters());
        var given = shapes(parameters.declared());
        if (!wanted.equals(given)) {
            throw new IllegalArgumentException("the model has the parameters %s, not %s".formatted(wanted, given));
        }
    }

    private static Map<String, List<Integer>> shapes(SequencedMap<String, Parameter> declared) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        declared.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
        return shapes;
    }
}
