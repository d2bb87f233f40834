package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.Tokenizer;

/** A tokenizer as Hugging Face's {@code tokenizers} keeps it: tokenizer.json, and tokenizer_config.json beside it. */
final class TokenizerFile {
    static final String NAME = "tokenizer.json";

    static final String SETTINGS_NAME = "tokenizer_config.json";

    private static final String VERSION = "1.0";

    /** All that Hugging Face has: they put special tokens around texts, or say where in a text a token stands. */
    private static final List<String> POST_PROCESSORS =
            List.of("ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing");

    private static final Set<String> PARTS = Set.of(
            "version",
            "truncation",
            "padding",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "decoder",
            "model");

    private TokenizerFile() {}

    /** Throws {@link IllegalArgumentException} for a tokenizer that no such file describes. */
    static FileContent of(Tokenizer tokenizer) {
        return JsonObject.content(
                switch (tokenizer) {
                    case CharTokenizer characters -> CharTokenizerFile.layout(characters);
                    case BpeTokenizer bytes -> BpeTokenizerFile.layout(bytes);
                    default -> throw unknown(tokenizer);
                });
    }

    /**
     * What tokenizer.json does not say.
     *
     * @param context of the model, which is the longest text; 0 for a tokenizer without a model
     */
    static FileContent settings(Tokenizer tokenizer, int context) {
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        settings.put("tokenizer_class", "PreTrainedTokenizerFast");
        switch (tokenizer) {
            case CharTokenizer _ -> {
                settings.put("bos_token", CharTokenizer.BOS);
                settings.put("eos_token", CharTokenizer.EOS);
            }
            case BpeTokenizer bytes -> {
                settings.put("bos_token", bytes.special().bos());
                settings.put("eos_token", bytes.special().eos());
            }
            default -> throw unknown(tokenizer);
        }
        if (context > 0) {
            settings.put("model_max_length", context);
        }
        // Otherwise decoding drops spaces before punctuation,
        settings.put("clean_up_tokenization_spaces", false);
        // and the names of special tokens in a text become those tokens.
        settings.put("split_special_tokens", true);
        return JsonObject.content(settings);
    }

    /** Throws {@link IOException} naming the first part that is not known. */
    static Tokenizer read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        JsonObject json = JsonObject.read(file);
        json.requireKnown(PARTS);
        requireWholeTexts(json);
        // That of GPT-2's own file has no type.
        if (json.object("model").has("type")) {
            requireText(json.object("model"), "type", "BPE");
        }
        if (json.has("post_processor")) {
            requireOnlyAround(json.object("post_processor"));
        }
        for (JsonObject token : json.objects("added_tokens")) {
            requireTakenAlone(token);
        }
        // Of three signs two tell, and the third is blamed.
        boolean isByteLevel = Stream.of(
                                json.has("pre_tokenizer"),
                                hasByteLevelDecoder(json),
                                json.object("model").size("merges") > 0)
                        .filter(sign -> sign)
                        .count()
                >= 2;
        if (!isByteLevel) {
            return CharTokenizerFile.read(file, json);
        }
        Path settings = folder.resolve(SETTINGS_NAME);
        return BpeTokenizerFile.read(file, json, Files.exists(settings) ? JsonObject.read(settings) : null);
    }

    private static boolean hasByteLevelDecoder(JsonObject json) throws IOException {
        return json.has("decoder") && json.object("decoder").text("type").equals(BpeTokenizerFile.BYTE_LEVEL);
    }

    private static void requireWholeTexts(JsonObject json) throws IOException {
        if (json.has("version")) {
            requireText(json, "version", VERSION);
        }
        for (String part : List.of("truncation", "padding")) {
            if (json.has(part)) {
                throw json.wrong(part, "null: texts are neither cut off nor filled up here");
            }
        }
    }

    /** What it puts around a text is up to us, but it must not change the text's tokens. */
    private static void requireOnlyAround(JsonObject processor) throws IOException {
        String type = processor.text("type");
        if (type.equals("Sequence")) {
            for (JsonObject part : processor.objects("processors")) {
                requireOnlyAround(part);
            }
        } else if (!POST_PROCESSORS.contains(type)) {
            throw processor.wrong("type", "one of " + String.join(", ", POST_PROCESSORS));
        }
    }

    /** Neither white space around a special token nor what stands beside it may matter. */
    private static void requireTakenAlone(JsonObject token) throws IOException {
        token.requireKnown(Set.of("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"));
        for (String part : List.of("single_word", "lstrip", "rstrip")) {
            ConfigFile.requireTruth(token, part, false);
        }
    }

    /** Throws when a text is another one. */
    static void requireText(JsonObject json, String key, String only) throws IOException {
        if (!json.text(key).equals(only)) {
            throw json.wrong(
                    key, "%s: only byte-level BPE and tokenizers of single characters can be read".formatted(only));
        }
    }

    /** What tokenizer.json holds, in the order of Hugging Face's own files. */
    static SequencedMap<String, @Nullable Object> layout(
            List<? extends Map<String, Object>> special,
            @Nullable Map<String, Object> preTokenizer,
            Map<String, ?> decoder,
            Map<String, @Nullable Object> model) {
        SequencedMap<String, @Nullable Object> file = new LinkedHashMap<>();
        file.put("version", VERSION);
        file.put("truncation", null);
        file.put("padding", null);
        file.put("added_tokens", special);
        file.put("normalizer", null);
        file.put("pre_tokenizer", preTokenizer);
        file.put("post_processor", null);
        file.put("decoder", decoder);
        file.put("model", model);
        return file;
    }

    /** The model of byte-pair encoding as tokenizer.json has it. */
    static SequencedMap<String, @Nullable Object> model(
            boolean ignoreMerges, Map<String, Integer> vocabulary, List<String> merges) {
        SequencedMap<String, @Nullable Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("dropout", null);
        model.put("unk_token", null);
        model.put("continuing_subword_prefix", null);
        model.put("end_of_word_suffix", null);
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("ignore_merges", ignoreMerges);
        model.put("vocab", vocabulary);
        model.put("merges", merges);
        return model;
    }

    /** A special token as tokenizer.json lists it. */
    static SequencedMap<String, Object> specialToken(int id, String name) {
        SequencedMap<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", name);
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", true);
        return token;
    }

    private static IllegalArgumentException unknown(Tokenizer tokenizer) {
        return new IllegalArgumentException(
                "a %s cannot be written to a model folder; a CharTokenizer or a BpeTokenizer can"
                        .formatted(tokenizer.getClass().getSimpleName()));
    }
}
