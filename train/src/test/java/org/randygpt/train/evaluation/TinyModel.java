package org.randygpt.train.evaluation;

import java.util.SplittableRandom;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.graph.Init;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Initialization;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.Tokenizer;

/** A model of letters that has learnt nothing, but has opinions. */
final class TinyModel {
    static final String LETTERS = "abcdefghijklmnopqrstuvwxyz ,.\nü€";
    static final int CONTEXT = 8;

    private TinyModel() {}

    static SavedModel of(long seed) {
        return of(seed, CharTokenizer.of(LETTERS), CONTEXT);
    }

    static SavedModel of(long seed, Tokenizer tokenizer, int context) {
        GptConfig config =
                new GptConfig(Architecture.LLAMA, tokenizer.vocabSize(), context, 16, 2, 2, Head.UNTIED, 1e-5f);
        Init large = new Init.Normal(0.5f);
        Initialization start = new Initialization(large, large, large, large, large);
        Parameters parameters = new Parameters(Gpt.training(config, start, 0, 1, 1));
        parameters.initialize(new SplittableRandom(seed));
        return new SavedModel(config, parameters, tokenizer);
    }

    /** Letters at random. */
    static String text(int length, long seed) {
        StringBuilder text = new StringBuilder();
        new SplittableRandom(seed).ints(length, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
        return text.toString();
    }

    static TokenStore tokens(Tokenizer tokenizer, String text) {
        return TokenStore.of(tokenizer.bos(), tokenizer.encode(text));
    }
}
