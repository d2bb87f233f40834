package org.randygpt.core.gguf;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.ModelSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

/** Models in memory. */
final class TestModels {
    static final String TEXT =
            "The quick brown fox doesn't jump over 12345 lazy dogs;  Füchse\n\n springen, 狐 跳 😀 '99 I'LL \r\n";

    private TestModels() {}

    /** A model as something to write. */
    static ModelSource source(SavedModel model) {
        return ModelSource.of(model, model.parameters().values());
    }

    /** Weights that are all different. */
    static SavedModel random(GptConfig config, Tokenizer tokenizer) {
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        Random random = new Random(7);
        float[] values = parameters.values();
        for (int i = Matrix.ALIGNED_START; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new SavedModel(config, parameters, tokenizer);
    }

    /** What PyTorch has computed for, with a tokenizer of as many characters, some of them of several bytes. */
    static SavedModel reference(String name) throws IOException {
        Path folder;
        try {
            folder = Path.of(Objects.requireNonNull(TestModels.class.getResource("/reference/" + name))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        GptConfig config = ModelFolder.readConfig(folder);
        int[] characters = new int[config.vocabSize() - 2];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = i < characters.length / 2 ? '\n' + i : 0x4E00 + 77 * i;
        }
        return new SavedModel(
                config, ModelFolder.readParameters(folder, config), CharTokenizer.ofCharacters(characters));
    }

    /** Learnt from {@link #TEXT}. */
    static BpeTokenizer learnt(PreTokenization pieces, String... special) {
        BpeTrainer trainer = new BpeTrainer(pieces, 1);
        trainer.add((TEXT + "foxes doesn't jumps springen über ".repeat(3)).getBytes(StandardCharsets.UTF_8));
        return trainer.train(270, List.of(special));
    }

    /** With ids that no token has, between those with text and before a special one. */
    static BpeTokenizer withHoles() {
        BpeTokenizer whole = learnt(PreTokenization.GPT2, "<|endoftext|>");
        List<byte[]> tokens = new ArrayList<>(whole.vocabulary().tokens());
        tokens.add(new byte[0]);
        tokens.add("never merged".getBytes(StandardCharsets.UTF_8));
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        ids.put("<|begin|>", tokens.size() + 2);
        ids.put("<|end|>", tokens.size() + 4);
        return new BpeTokenizer(
                new BpeVocabulary(tokens, whole.vocabulary().merges(), Lookup.MERGES_ONLY),
                new SpecialTokens(ids, "<|begin|>", "<|end|>"),
                PreTokenization.GPT2);
    }

    /** As tiktoken's files have them. */
    static BpeTokenizer ofRanks(PreTokenization pieces) {
        List<byte[]> ranks = new ArrayList<>();
        for (int value = 0; value < BpeVocabulary.BYTES; value++) {
            ranks.add(new byte[] {(byte) value});
        }
        for (String token : List.of("th", "the", "qu", "ick", "ck", "ic", " f", " fo", " fox")) {
            ranks.add(token.getBytes(StandardCharsets.UTF_8));
        }
        return new BpeTokenizer(
                BpeVocabulary.ofRanks(ranks), SpecialTokens.from(ranks.size(), List.of("<|endoftext|>")), pieces);
    }
}
