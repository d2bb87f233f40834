package org.randygpt.core.text;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Tokens that stand for no text, but for what is around it.
 *
 * @param ids id of each by its name
 * @param bos name of the one before a text
 * @param eos name of the one after a text
 */
public record SpecialTokens(SequencedMap<String, Integer> ids, String bos, String eos) {
    /** The name of GPT-2's only one, which stands before and after a text. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /**
     * Throws {@link IllegalArgumentException} when a name is empty, an id is used twice, or bos or eos is not there.
     */
    public SpecialTokens {
        ids = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(ids));
        for (String name : List.of(bos, eos)) {
            if (!ids.containsKey(name)) {
                throw new IllegalArgumentException(
                        "%s is not among the special tokens %s".formatted(name, ids.keySet()));
            }
        }
        if (ids.containsKey("")) {
            throw new IllegalArgumentException("the name of a special token is empty; it must have one");
        }
        if (new HashSet<>(ids.values()).size() < ids.size()) {
            throw new IllegalArgumentException("two special tokens have the same id: %s".formatted(ids));
        }
    }

    /** Special tokens with ids in a row; what stands before and after a text is GPT-2's, or else the first and last. */
    public static SpecialTokens from(int firstId, List<String> names) {
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        for (String name : names) {
            if (ids.put(name, firstId + ids.size()) != null) {
                throw new IllegalArgumentException("%s is given twice as a special token".formatted(name));
            }
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no special token; one at least, such as %s, has to stand before a text"
                            .formatted(END_OF_TEXT));
        }
        boolean usual = ids.containsKey(END_OF_TEXT);
        return new SpecialTokens(
                ids,
                usual ? END_OF_TEXT : ids.firstEntry().getKey(),
                usual ? END_OF_TEXT : ids.lastEntry().getKey());
    }
}
