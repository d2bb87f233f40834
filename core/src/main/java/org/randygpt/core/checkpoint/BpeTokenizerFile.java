package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.BpeVocabulary.Merge;
import org.randygpt.core.text.ByteAlphabet;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** Byte-level byte-pair encoding as tokenizer.json has it. */
final class BpeTokenizerFile {
    static final String BYTE_LEVEL = "ByteLevel";

    private static final Set<String> MODEL_PARTS = Set.of(
            "type",
            "dropout",
            "unk_token",
            "continuing_subword_prefix",
            "end_of_word_suffix",
            "fuse_unk",
            "byte_fallback",
            "ignore_merges",
            "vocab",
            "merges");

    private BpeTokenizerFile() {}

    static SequencedMap<String, @Nullable Object> layout(BpeTokenizer tokenizer) {
        List<Map<String, Object>> special = new ArrayList<>();
        tokenizer.special().ids().forEach((name, id) -> special.add(TokenizerFile.specialToken(id, name)));
        return TokenizerFile.layout(
                special, preTokenizer(tokenizer.pieces()), byteLevel("use_regex", true), model(tokenizer));
    }

    private static Map<String, Object> preTokenizer(PreTokenization pieces) {
        return switch (pieces) {
            case GPT2 -> byteLevel("use_regex", true);
            case CL100K -> {
                SequencedMap<String, Object> split = new LinkedHashMap<>();
                split.put("type", "Split");
                split.put("pattern", Map.of("Regex", pieces.regex()));
                split.put("behavior", "Isolated");
                split.put("invert", false);
                SequencedMap<String, Object> sequence = new LinkedHashMap<>();
                sequence.put("type", "Sequence");
                sequence.put("pretokenizers", List.of(split, byteLevel("use_regex", false)));
                yield sequence;
            }
        };
    }

    private static SequencedMap<String, Object> byteLevel(String key, boolean value) {
        SequencedMap<String, Object> byteLevel = new LinkedHashMap<>();
        byteLevel.put("type", BYTE_LEVEL);
        byteLevel.put("add_prefix_space", false);
        byteLevel.put("trim_offsets", true);
        byteLevel.put(key, value);
        return byteLevel;
    }

    private static SequencedMap<String, @Nullable Object> model(BpeTokenizer tokenizer) {
        BpeVocabulary vocabulary = tokenizer.vocabulary();
        List<String> tokens =
                vocabulary.tokens().stream().map(ByteAlphabet::text).toList();
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (!tokens.get(id).isEmpty()) {
                ids.put(tokens.get(id), id);
            }
        }
        if (!followInOrder(tokenizer.special(), ids.size())) {
            // Others number special tokens anew that are not in the vocabulary.
            ids.putAll(tokenizer.special().ids());
        }
        // Here a merge's rank is its place in the list.
        List<String> merges = vocabulary.merges().stream()
                .sorted(Comparator.comparingInt(Merge::rank))
                .map(merge -> tokens.get(merge.left()) + " " + tokens.get(merge.right()))
                .toList();
        return TokenizerFile.model(vocabulary.lookup() == Lookup.WHOLE_PIECES, ids, merges);
    }

    private static boolean followInOrder(SpecialTokens special, int size) {
        int next = size;
        for (int id : special.ids().values()) {
            if (id != next++) {
                return false;
            }
        }
        return true;
    }

    /** @param settings of tokenizer_config.json, if there is one */
    static BpeTokenizer read(Path file, JsonObject json, @Nullable JsonObject settings) throws IOException {
        if (json.has("normalizer")) {
            throw json.wrong("normalizer", "null: bytes are taken as they are");
        }
        PreTokenization pieces = pieces(json);
        TokenizerFile.requireText(json.object("decoder"), "type", BYTE_LEVEL);
        JsonObject model = json.object("model");
        requirePlain(model);
        SequencedMap<String, Integer> special = special(json);
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        JsonObject vocabulary = model.object("vocab");
        requireOwnOrNextIds(json, vocabulary);
        for (String token : vocabulary.keys()) {
            if (!special.containsKey(token)) {
                ids.put(token, vocabulary.integer(token));
            } else if (special.get(token) != vocabulary.integer(token)) {
                throw vocabulary.wrong(token, "%d, as in added_tokens".formatted(special.get(token)));
            }
        }
        Lookup lookup =
                model.has("ignore_merges") && model.truth("ignore_merges") ? Lookup.WHOLE_PIECES : Lookup.MERGES_ONLY;
        try {
            return new BpeTokenizer(
                    VocabularyTexts.vocabulary(ids, merges(model), lookup), named(special, settings), pieces);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("%s: %s".formatted(file, impossible.getMessage()), impossible);
        }
    }

    private static PreTokenization pieces(JsonObject json) throws IOException {
        JsonObject only = json.object("pre_tokenizer");
        if (only.text("type").equals(BYTE_LEVEL)) {
            return requireByteLevel(only, true);
        }
        if (!only.text("type").equals("Sequence")) {
            throw only.wrong("type", "ByteLevel, or a Sequence of Split and ByteLevel");
        }
        only.requireKnown(Set.of("type", "pretokenizers"));
        List<JsonObject> parts = only.objects("pretokenizers");
        if (parts.size() != 2 || !parts.get(0).text("type").equals("Split")) {
            throw only.wrong("pretokenizers", "Split and ByteLevel");
        }
        JsonObject split = parts.get(0);
        split.requireKnown(Set.of("type", "pattern", "behavior", "invert"));
        JsonObject pattern = split.object("pattern");
        if (!split.text("behavior").equals("Isolated")) {
            throw split.wrong("behavior", "Isolated");
        }
        ConfigFile.requireTruth(split, "invert", false);
        requireByteLevel(parts.get(1), false);
        for (PreTokenization pieces : PreTokenization.values()) {
            if (pieces.regex().equals(pattern.text("Regex"))) {
                return pieces;
            }
        }
        throw pattern.wrong("Regex", "that of GPT-2 or of cl100k_base: no others are known");
    }

    /** A pre-tokenizer that cuts as GPT-2 does, or not at all. */
    private static PreTokenization requireByteLevel(JsonObject part, boolean cuts) throws IOException {
        part.requireKnown(Set.of("type", "add_prefix_space", "trim_offsets", "use_regex"));
        if (!part.text("type").equals(BYTE_LEVEL)) {
            throw part.wrong("type", BYTE_LEVEL);
        }
        if (part.truth("add_prefix_space")) {
            throw part.wrong("add_prefix_space", "false: no space is added to a text");
        }
        boolean isCutting = !part.has("use_regex") || part.truth("use_regex");
        if (isCutting != cuts) {
            throw part.wrong("use_regex", String.valueOf(cuts));
        }
        return PreTokenization.GPT2;
    }

    private static void requirePlain(JsonObject model) throws IOException {
        model.requireKnown(MODEL_PARTS);
        for (String part : List.of("dropout", "unk_token")) {
            if (model.has(part)) {
                throw model.wrong(part, "null: tokenizers with it cannot be read");
            }
        }
        // Some files of GPT-2's have "" where others have null.
        for (String part : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (model.has(part) && !model.text(part).isEmpty()) {
                throw model.wrong(part, "null: tokenizers with it cannot be read");
            }
        }
        ConfigFile.requireTruth(model, "byte_fallback", false);
    }

    private static SequencedMap<String, Integer> special(JsonObject json) throws IOException {
        SequencedMap<String, Integer> special = new LinkedHashMap<>();
        for (JsonObject token : json.objects("added_tokens")) {
            if (!token.truth("special")) {
                throw token.wrong("special", "true: tokens that come from text besides the vocabulary are not known");
            }
            special.put(token.text("content"), token.integer("id"));
        }
        if (special.isEmpty()) {
            throw json.wrong(
                    "added_tokens",
                    "a list of at least one special token, to stand before a text and behind it; add one that follows the vocabulary, such as <|endoftext|>");
        }
        return special;
    }

    /** Others' software gives tokens that are not in the vocabulary the next ids, whatever the file says. */
    private static void requireOwnOrNextIds(JsonObject json, JsonObject vocabulary) throws IOException {
        int next = vocabulary.keys().size();
        for (JsonObject token : json.objects("added_tokens")) {
            if (!vocabulary.has(token.text("content"))) {
                if (token.integer("id") != next) {
                    throw token.wrong(
                            "id",
                            "%d, the next one, since \"%s\" is not in the vocabulary"
                                    .formatted(next, token.text("content")));
                }
                next++;
            }
        }
    }

    private static List<List<String>> merges(JsonObject model) throws IOException {
        List<List<String>> merges = new ArrayList<>();
        for (Object element : model.elements("merges")) {
            List<?> pair = element instanceof String text ? List.of(text.split(" ", -1)) : List.of();
            if (element instanceof List<?> list) {
                pair = list;
            }
            if (pair.size() != 2 || !(pair.get(0) instanceof String left) || !(pair.get(1) instanceof String right)) {
                throw model.wrong("merges", "a list of pairs of tokens; %s is none".formatted(element));
            }
            merges.add(List.of(left, right));
        }
        return merges;
    }

    /** Special tokens with the roles that tokenizer_config.json gives them, or else the usual ones. */
    private static SpecialTokens named(SequencedMap<String, Integer> ids, @Nullable JsonObject settings)
            throws IOException {
        SpecialTokens usual = SpecialTokens.from(0, List.copyOf(ids.keySet()));
        String eos = role(settings, "eos_token", usual.eos());
        return new SpecialTokens(ids, role(settings, "bos_token", eos), eos);
    }

    private static String role(@Nullable JsonObject settings, String key, String usual) throws IOException {
        if (settings == null || !settings.has(key)) {
            return usual;
        }
        // An object where the token has more to it than its name.
        return settings.isText(key) ? settings.text(key) : settings.object(key).text("content");
    }
}
