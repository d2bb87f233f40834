package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.BpeVocabulary.Merge;
import org.randygpt.core.text.ByteAlphabet;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.Tokenizer;

/** A tokenizer in the keys of llama.cpp, as byte-pair encoding in GPT-2's letters for bytes. */
final class GgufTokenizer {
    static final String MODEL = "tokenizer.ggml.model";
    static final String PIECES = "tokenizer.ggml.pre";
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TYPES = "tokenizer.ggml.token_type";
    static final String MERGES = "tokenizer.ggml.merges";
    static final String BOS = "tokenizer.ggml.bos_token_id";
    static final String EOS = "tokenizer.ggml.eos_token_id";
    static final String ADDS_BOS = "tokenizer.ggml.add_bos_token";
    static final String ADDS_SPACE = "tokenizer.ggml.add_space_prefix";

    static final String BYTE_PAIRS = "gpt2";

    private static final String GPT2 = "gpt-2";

    static final int NORMAL = 1;
    static final int CONTROL = 3;
    static final int UNUSED = 5;

    /**
     * A vocabulary.
     *
     * @param tokens by id
     * @param types of each
     * @param merges pairs with a space between, by rank
     */
    record Layout(List<String> tokens, List<Integer> types, List<String> merges) {}

    /**
     * A way to cut texts and what llama.cpp calls it.
     *
     * @param name the one that is written
     * @param sameNames others that mean the same
     */
    record Cut(PreTokenization pieces, Lookup lookup, String name, List<String> sameNames) {}

    private static final List<Cut> CUTS = List.of(
            new Cut(PreTokenization.GPT2, Lookup.MERGES_ONLY, GPT2, List.of("phi-2")),
            new Cut(PreTokenization.CL100K, Lookup.WHOLE_PIECES, "llama-bpe", List.of("llama3", "llama-v3")),
            new Cut(PreTokenization.CL100K, Lookup.MERGES_ONLY, "dbrx", List.of("smaug-bpe")));

    private GgufTokenizer() {}

    /** Throws {@link IllegalArgumentException} for a tokenizer that would give other ids in llama.cpp. */
    static void put(SequencedMap<String, Object> keys, Tokenizer tokenizer) {
        switch (tokenizer) {
            case BpeTokenizer bytes -> put(keys, bytes);
            case CharTokenizer characters -> put(keys, characters);
            default ->
                throw new IllegalArgumentException(
                        "a %s has no form that llama.cpp reads; a CharTokenizer or a BpeTokenizer has one"
                                .formatted(tokenizer.getClass().getSimpleName()));
        }
        keys.put(BOS, tokenizer.bos());
        keys.put(EOS, tokenizer.eos());
        // llama.cpp puts one before each text otherwise, depending on the name of the cut.
        keys.put(ADDS_BOS, false);
    }

    private static void put(SequencedMap<String, Object> keys, BpeTokenizer tokenizer) {
        List<byte[]> vocabulary = tokenizer.vocabulary().tokens();
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < tokenizer.vocabSize(); id++) {
            boolean normal = id < vocabulary.size() && vocabulary.get(id).length > 0;
            tokens.add(normal ? ByteAlphabet.text(vocabulary.get(id)) : "[PAD%d]".formatted(id));
            types.add(normal ? NORMAL : UNUSED);
        }
        tokenizer.special().ids().forEach((name, id) -> {
            tokens.set(id, name);
            types.set(id, CONTROL);
        });
        // A merge's rank is its place in the list.
        List<String> merges = tokenizer.vocabulary().merges().stream()
                .sorted(Comparator.comparingInt(Merge::rank))
                .map(merge -> tokens.get(merge.left()) + " " + tokens.get(merge.right()))
                .toList();
        put(keys, cut(tokenizer), new Layout(tokens, types, merges));
    }

    /** How the texts of a file's model are cut. */
    static Cut cut(Metadata metadata) throws IOException {
        String given = metadata.text(PIECES);
        for (Cut cut : CUTS) {
            if (cut.name.equals(given) || cut.sameNames.contains(given)) {
                return cut;
            }
        }
        throw metadata.wrong(
                PIECES,
                CUTS.stream().map(Cut::name).collect(Collectors.joining(", ")) + ": other cuts of texts are not known");
    }

    /** The cut of a tokenizer, or one by which it gives the same ids. */
    private static String cut(BpeTokenizer tokenizer) {
        PreTokenization pieces = tokenizer.pieces();
        BpeVocabulary vocabulary = tokenizer.vocabulary();
        for (Cut cut : CUTS) {
            if (cut.pieces == pieces && cut.lookup == vocabulary.lookup()) {
                return cut.name;
            }
        }
        BpeTokenizer merging = new BpeTokenizer(
                new BpeVocabulary(vocabulary.tokens(), vocabulary.merges(), Lookup.MERGES_ONLY),
                tokenizer.special(),
                pieces);
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            byte[] token = vocabulary.tokens().get(id);
            if (token.length > 0 && tokenizer.encode(token).length == 1 && merging.encode(token).length != 1) {
                throw new IllegalArgumentException(
                        "the token %d, \"%s\", is no result of merges, and llama.cpp has no tokenizer that cuts texts as GPT-2 does and takes whole words; write another format"
                                .formatted(id, ByteAlphabet.text(token)));
            }
        }
        return GPT2;
    }

    private static void put(SequencedMap<String, Object> keys, CharTokenizer tokenizer) {
        put(keys, GPT2, layout(tokenizer));
    }

    /**
     * Bytes of a character are merged in their order, each with those before it, so that nothing is merged but what is
     * one character: what comes second never begins one.
     */
    static Layout layout(CharTokenizer tokenizer) {
        List<String> tokens = new ArrayList<>();
        SequencedSet<String> merges = new LinkedHashSet<>();
        for (int character : tokenizer.characters()) {
            String token = ByteAlphabet.text(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            for (int at = 1; at < token.length(); at++) {
                merges.add(token.substring(0, at) + " " + token.charAt(at));
            }
            tokens.add(token);
        }
        List<Integer> types = new ArrayList<>(Collections.nCopies(tokens.size(), NORMAL));
        for (String special : List.of(CharTokenizer.BOS, CharTokenizer.EOS)) {
            tokens.add(special);
            types.add(CONTROL);
        }
        return new Layout(tokens, types, List.copyOf(merges));
    }

    private static void put(SequencedMap<String, Object> keys, String cut, Layout layout) {
        keys.put(MODEL, BYTE_PAIRS);
        keys.put(PIECES, cut);
        keys.put(TOKENS, layout.tokens);
        keys.put(TYPES, layout.types);
        keys.put(MERGES, layout.merges);
    }
}
