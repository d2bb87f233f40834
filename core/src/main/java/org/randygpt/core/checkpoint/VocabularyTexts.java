package org.randygpt.core.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.BpeVocabulary.Merge;
import org.randygpt.core.text.ByteAlphabet;

/** Vocabularies as files write them: tokens in GPT-2's alphabet of bytes, and merges as pairs of tokens. */
public final class VocabularyTexts {
    /** Bounds what a wrong id in a file takes of memory. */
    private static final int HIGHEST_ID = 1 << 24;

    private static final double MOST_UNMADE = 0.01;
    private static final int FEW = 10;

    private VocabularyTexts() {}

    /**
     * A vocabulary whose merges are in the order of their ranks.
     *
     * @throws IllegalArgumentException naming a token or merge that cannot be
     */
    public static BpeVocabulary vocabulary(Map<String, Integer> ids, List<List<String>> merges, Lookup lookup) {
        List<byte[]> tokens = new ArrayList<>();
        ids.forEach((token, id) -> {
            try {
                put(tokens, id, ByteAlphabet.bytes(token));
            } catch (IllegalArgumentException impossible) {
                throw new IllegalArgumentException(
                        "the token \"%s\": %s".formatted(token, impossible.getMessage()), impossible);
            }
        });
        List<Merge> ranked = new ArrayList<>();
        for (List<String> merge : merges) {
            Integer left = ids.get(merge.get(0));
            Integer right = ids.get(merge.get(1));
            if (left == null || right == null || !ids.containsKey(merge.get(0) + merge.get(1))) {
                throw new IllegalArgumentException(
                        "merge %d, \"%s %s\": both and what they become together must be tokens"
                                .formatted(ranked.size(), merge.get(0), merge.get(1)));
            }
            ranked.add(new Merge(left, right, ranked.size()));
        }
        if (lookup == Lookup.MERGES_ONLY) {
            requireReached(ids, merges, tokens);
        }
        return new BpeVocabulary(tokens, ranked, lookup);
    }

    /** Some vocabularies have a token that no text has; many such are the sign of merges that are missing. */
    private static void requireReached(Map<String, Integer> ids, List<List<String>> merges, List<byte[]> tokens) {
        Set<Integer> made = new HashSet<>();
        merges.forEach(merge -> made.add(ids.get(merge.get(0) + merge.get(1))));
        long several = tokens.stream().filter(token -> token.length > 1).count();
        long unmade = ids.values().stream()
                .filter(id -> tokens.get(id).length > 1 && !made.contains(id))
                .count();
        if (unmade > Math.max(FEW, several * MOST_UNMADE)) {
            throw new IllegalArgumentException(
                    "%,d of %,d tokens of several bytes are made by none of the %,d merges; merges are missing"
                            .formatted(unmade, several, merges.size()));
        }
    }

    /** Gives an id to a token. */
    static void put(List<byte[]> tokens, int id, byte[] token) {
        if (id < 0 || id > HIGHEST_ID) {
            throw new IllegalArgumentException("its id is %d; it must be 0 to %d".formatted(id, HIGHEST_ID));
        }
        if (token.length == 0) {
            throw new IllegalArgumentException("it is empty; it must have a byte at least");
        }
        if (id >= tokens.size()) {
            tokens.addAll(Collections.nCopies(id + 1 - tokens.size(), new byte[0]));
        }
        if (tokens.get(id).length > 0) {
            throw new IllegalArgumentException("its id %d is another token's, too".formatted(id));
        }
        tokens.set(id, token);
    }
}
