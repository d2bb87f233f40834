package org.randygpt.core.checkpoint;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/**
 * The vocabularies that tiktoken has in files of ranks, with what the files do not say (tiktoken's openai_public.py).
 */
public enum RankedVocabulary {
    /** GPT-2's, by its own name. */
    GPT2("gpt2", PreTokenization.GPT2, 50_256, 50_256),
    /** GPT-2's. */
    R50K("r50k_base", PreTokenization.GPT2, 50_256, 50_256),
    /** That of the models for code, which has more white space. */
    P50K("p50k_base", PreTokenization.GPT2, 50_280, 50_256),
    /** GPT-4's. */
    CL100K("cl100k_base", PreTokenization.CL100K, 100_256, 100_257);

    private static final int FIRST_OF_FILL_IN = 100_258;
    private static final int END_OF_PROMPT = 100_276;

    private final String label;
    private final PreTokenization pieces;
    private final int ranks;
    private final int endOfText;

    RankedVocabulary(String label, PreTokenization pieces, int ranks, int endOfText) {
        this.label = label;
        this.pieces = pieces;
        this.ranks = ranks;
        this.endOfText = endOfText;
    }

    /** That of a file, by the file's name. */
    public static Optional<RankedVocabulary> ofFile(String name) {
        return Arrays.stream(values())
                .filter(each -> name.equals(each.label + ".tiktoken"))
                .findFirst();
    }

    /** Its name. */
    public String label() {
        return label;
    }

    /** How it cuts texts. */
    PreTokenization pieces() {
        return pieces;
    }

    /** How many ranks its file has. */
    int ranks() {
        return ranks;
    }

    /** Its special tokens. */
    SpecialTokens special() {
        SequencedMap<String, Integer> ids = new LinkedHashMap<>();
        ids.put(SpecialTokens.END_OF_TEXT, endOfText);
        if (this == CL100K) {
            ids.put("<|fim_prefix|>", FIRST_OF_FILL_IN);
            ids.put("<|fim_middle|>", FIRST_OF_FILL_IN + 1);
            ids.put("<|fim_suffix|>", FIRST_OF_FILL_IN + 2);
            ids.put("<|endofprompt|>", END_OF_PROMPT);
        }
        return new SpecialTokens(ids, SpecialTokens.END_OF_TEXT, SpecialTokens.END_OF_TEXT);
    }
}
