package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.text.CharTokenizer;

/**
 * A character tokenizer as Hugging Face's {@code tokenizers} keeps it in tokenizer.json: byte-pair encoding without a
 * single merge, so that each character stays a token.
 */
final class CharTokenizerFile {
    private static final List<String> SPECIAL = List.of(CharTokenizer.BOS, CharTokenizer.EOS);

    private CharTokenizerFile() {}

    /** Throws {@link IOException} naming the first part that a character tokenizer does not have. */
    static CharTokenizer read(Path file, JsonObject json) throws IOException {
        requireAbsent(json, "normalizer");
        requireAbsent(json, "pre_tokenizer");
        TokenizerFile.requireText(json.object("decoder"), "type", "Fuse");
        JsonObject model = json.object("model");
        for (String part : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            requireAbsent(model, part);
        }
        if (model.has("byte_fallback") && model.truth("byte_fallback")) {
            throw model.wrong("byte_fallback", "false");
        }
        if (model.size("merges") != 0) {
            throw model.wrong(
                    "merges", "an empty list: only byte-level BPE and tokenizers of single characters can be read");
        }
        int[] characters = characters(model);
        requireSpecialTokens(json, characters.length);
        try {
            return CharTokenizer.ofCharacters(characters);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("%s: model.vocab: %s".formatted(file, impossible.getMessage()), impossible);
        }
    }

    static SequencedMap<String, @Nullable Object> layout(CharTokenizer tokenizer) {
        return TokenizerFile.layout(
                List.of(
                        TokenizerFile.specialToken(tokenizer.bos(), CharTokenizer.BOS),
                        TokenizerFile.specialToken(tokenizer.eos(), CharTokenizer.EOS)),
                null,
                Map.of("type", "Fuse"),
                model(tokenizer));
    }

    private static SequencedMap<String, @Nullable Object> model(CharTokenizer tokenizer) {
        SequencedMap<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int character : tokenizer.characters()) {
            vocabulary.put(Character.toString(character), vocabulary.size());
        }
        return TokenizerFile.model(false, vocabulary, List.of());
    }

    private static int[] characters(JsonObject model) throws IOException {
        JsonObject vocabulary = model.object("vocab");
        int[] characters = new int[vocabulary.keys().size()];
        boolean[] taken = new boolean[characters.length];
        for (String token : vocabulary.keys()) {
            int id = vocabulary.integer(token);
            if (id < 0 || id >= characters.length || taken[id]) {
                throw vocabulary.wrong(token, "a number of its own from 0 to %d".formatted(characters.length - 1));
            }
            if (token.isEmpty() || token.codePointCount(0, token.length()) != 1) {
                throw vocabulary.wrong(
                        token, "absent: only byte-level BPE and tokenizers of single characters can be read");
            }
            taken[id] = true;
            characters[id] = token.codePointAt(0);
        }
        return characters;
    }

    private static void requireSpecialTokens(JsonObject json, int firstId) throws IOException {
        List<JsonObject> tokens = json.objects("added_tokens");
        if (tokens.size() != SPECIAL.size()) {
            throw json.wrong("added_tokens", "the two tokens %s".formatted(SPECIAL));
        }
        for (int i = 0; i < SPECIAL.size(); i++) {
            TokenizerFile.requireText(tokens.get(i), "content", SPECIAL.get(i));
            if (tokens.get(i).integer("id") != firstId + i) {
                throw tokens.get(i).wrong("id", "%d, following the characters".formatted(firstId + i));
            }
            if (!tokens.get(i).truth("special")) {
                throw tokens.get(i).wrong("special", "true");
            }
        }
    }

    private static void requireAbsent(JsonObject json, String key) throws IOException {
        if (json.has(key)) {
            throw json.wrong(key, "null: only byte-level BPE and tokenizers of single characters can be read");
        }
    }
}
