package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.VocabularyTexts;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.ByteAlphabet;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;

/** Reads the tokenizer of a file. */
final class GgufVocabulary {
    private final Metadata metadata;
    private final List<String> tokens;
    private final List<Long> types;
    private final List<String> merges;

    private GgufVocabulary(Metadata metadata) throws IOException {
        this.metadata = metadata;
        tokens = metadata.texts(GgufTokenizer.TOKENS);
        types = metadata.integers(GgufTokenizer.TYPES);
        merges = metadata.texts(GgufTokenizer.MERGES);
        if (tokens.size() != types.size()) {
            throw metadata.problem("%s has %d elements and %s %d; they must be as many"
                    .formatted(GgufTokenizer.TOKENS, tokens.size(), GgufTokenizer.TYPES, types.size()));
        }
    }

    /** Throws {@link IOException} naming what would give other ids here. */
    static Tokenizer read(Metadata metadata) throws IOException {
        if (!metadata.text(GgufTokenizer.MODEL).equals(GgufTokenizer.BYTE_PAIRS)) {
            throw metadata.wrong(GgufTokenizer.MODEL, "gpt2, byte-level byte-pair encoding: no others can be read");
        }
        if (metadata.has(GgufTokenizer.ADDS_SPACE) && metadata.truth(GgufTokenizer.ADDS_SPACE)) {
            throw metadata.wrong(GgufTokenizer.ADDS_SPACE, "false: no space is added to a text");
        }
        GgufVocabulary vocabulary = new GgufVocabulary(metadata);
        Optional<CharTokenizer> characters = vocabulary.characters();
        return characters.isPresent() ? characters.get() : vocabulary.bytes();
    }

    /** The tokenizer of single characters that would be written so, if there is one. */
    private Optional<CharTokenizer> characters() throws IOException {
        int count = tokens.size() - 2;
        if (count < 1 || !tokens.subList(count, count + 2).equals(List.of(CharTokenizer.BOS, CharTokenizer.EOS))) {
            return Optional.empty();
        }
        int[] characters = new int[count];
        CharTokenizer candidate;
        try {
            for (int id = 0; id < count; id++) {
                String text = new String(ByteAlphabet.bytes(tokens.get(id)), StandardCharsets.UTF_8);
                characters[id] = text.isEmpty() ? 0 : text.codePointAt(0);
            }
            candidate = CharTokenizer.ofCharacters(characters);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
        GgufTokenizer.Layout written = GgufTokenizer.layout(candidate);
        boolean same = tokens.equals(written.tokens())
                && merges.equals(written.merges())
                && types.equals(written.types().stream().map(Integer::longValue).toList())
                && metadata.integer(GgufTokenizer.BOS) == candidate.bos()
                && metadata.integer(GgufTokenizer.EOS) == candidate.eos();
        return same ? Optional.of(candidate) : Optional.empty();
    }

    private BpeTokenizer bytes() throws IOException {
        GgufTokenizer.Cut cut = GgufTokenizer.cut(metadata);
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        SequencedMap<String, Integer> special = new LinkedHashMap<>();
        int used = tokens.size();
        while (used > 0 && types.get(used - 1) == GgufTokenizer.UNUSED) {
            used--;
        }
        for (int id = 0; id < tokens.size(); id++) {
            boolean normal = types.get(id) == GgufTokenizer.NORMAL;
            // Those at the end have rows in the embedding, and so have to have names.
            if (normal || isSpecial(id) || id >= used) {
                Integer other = (normal ? ids : special).put(tokens.get(id), id);
                if (other != null) {
                    throw metadata.problem("the tokens %d and %d are both \"%s\"; the file is damaged"
                            .formatted(other, id, tokens.get(id)));
                }
            }
        }
        try {
            return new BpeTokenizer(
                    VocabularyTexts.vocabulary(ids, pairs(), cut.lookup()), named(special), cut.pieces());
        } catch (IllegalArgumentException impossible) {
            throw new IOException(
                    metadata.problem(String.valueOf(impossible.getMessage())).getMessage(), impossible);
        }
    }

    private boolean isSpecial(int id) throws IOException {
        long type = types.get(id);
        if (type != GgufTokenizer.NORMAL && type != GgufTokenizer.CONTROL && type != GgufTokenizer.UNUSED) {
            throw metadata.problem(
                    "the token %d, \"%s\", is of the type %d; those of the types %d (normal), %d (control) and %d (unused) can be read"
                            .formatted(
                                    id,
                                    tokens.get(id),
                                    type,
                                    GgufTokenizer.NORMAL,
                                    GgufTokenizer.CONTROL,
                                    GgufTokenizer.UNUSED));
        }
        return type == GgufTokenizer.CONTROL;
    }

    private List<List<String>> pairs() throws IOException {
        List<List<String>> pairs = new ArrayList<>();
        for (String merge : merges) {
            List<String> pair = List.of(merge.split(" ", -1));
            if (pair.size() != 2) {
                throw metadata.problem("%s: merge %d is \"%s\"; it must be two tokens with a space between"
                        .formatted(GgufTokenizer.MERGES, pairs.size(), merge));
            }
            pairs.add(pair);
        }
        return pairs;
    }

    /** Special tokens with the roles that the file gives them, or else the usual ones. */
    private SpecialTokens named(SequencedMap<String, Integer> ids) throws IOException {
        SpecialTokens usual = SpecialTokens.from(0, List.copyOf(ids.keySet()));
        String eos = role(GgufTokenizer.EOS, ids, usual.eos());
        return new SpecialTokens(ids, role(GgufTokenizer.BOS, ids, eos), eos);
    }

    private String role(String key, SequencedMap<String, Integer> ids, String usual) throws IOException {
        if (!metadata.has(key)) {
            return usual;
        }
        int id = metadata.integer(key);
        if (id >= tokens.size() || !Objects.equals(ids.get(tokens.get(id)), id)) {
            throw metadata.wrong(key, "the id of a special token, one of %s".formatted(ids));
        }
        return tokens.get(id);
    }
}
