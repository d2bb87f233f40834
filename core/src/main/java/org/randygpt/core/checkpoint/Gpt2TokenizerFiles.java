package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** The two files in which GPT-2 was published: vocab.json and merges.txt. */
final class Gpt2TokenizerFiles {
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    private Gpt2TokenizerFiles() {}

    static boolean areIn(Path folder) {
        return Files.exists(folder.resolve(VOCABULARY)) && Files.exists(folder.resolve(MERGES));
    }

    static BpeTokenizer read(Path folder) throws IOException {
        JsonObject json = JsonObject.read(folder.resolve(VOCABULARY));
        List<List<String>> merges = merges(folder.resolve(MERGES));
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        SequencedMap<String, Integer> special = new LinkedHashMap<>();
        for (String token : json.keys()) {
            // The files have no other sign of a special token than its name.
            boolean isSpecial = token.startsWith("<|") && token.endsWith("|>");
            (isSpecial ? special : ids).put(token, json.integer(token));
        }
        try {
            SpecialTokens usual = SpecialTokens.from(0, List.copyOf(special.keySet()));
            return new BpeTokenizer(
                    VocabularyTexts.vocabulary(ids, merges, Lookup.MERGES_ONLY),
                    new SpecialTokens(special, usual.bos(), usual.eos()),
                    PreTokenization.GPT2);
        } catch (IllegalArgumentException impossible) {
            throw new IOException(
                    "%s and %s: %s".formatted(folder.resolve(VOCABULARY), MERGES, impossible.getMessage()), impossible);
        }
    }

    private static List<List<String>> merges(Path file) throws IOException {
        List<List<String>> merges = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
                continue;
            }
            List<String> pair = List.of(line.split(" ", -1));
            if (pair.size() != 2) {
                throw new IOException("%s: line %d is \"%s\"; it must be two tokens with a space between"
                        .formatted(file, number, line));
            }
            merges.add(pair);
        }
        return merges;
    }
}
