package org.randygpt.cli;

import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.generate.Sampler;
import org.randygpt.core.text.TextStream;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Workers;

/** Has a model go on with a text. */
final class Continuation {
    /** Often enough for a flow, seldom enough to cost nothing. */
    private static final long NANOS_BETWEEN_FLUSHES = 20_000_000;

    private static final String USUAL_PROMPT = "\n";

    /** Where the writing ends before all tokens are there. */
    enum End {
        /** Nowhere. */
        NOWHERE,
        /** Where the model ends a document. */
        OF_DOCUMENT
    }

    private final Tokenizer tokenizer;
    private final Generator generator;
    private final Sampler sampler;

    Continuation(SavedModel model, Sampler sampler, Workers workers, Kernels.Factory kernels) {
        tokenizer = model.tokenizer();
        generator = new Generator(model.config(), model.parameters(), workers, kernels);
        this.sampler = sampler;
    }

    /**
     * Writes the prompt and what the model has to add, as it comes.
     *
     * @return how many tokens it has added
     * @param prompt null for the start of a line, or of a text where there are no lines; if empty, of a text
     * @param tokens how many to add
     * @throws IllegalArgumentException naming a character of the prompt that the model does not know
     */
    int write(@Nullable String prompt, int tokens, End end, Output out) {
        int[] given = encode(prompt);
        TextStream text = new TextStream(tokenizer);
        out.print(text.append(given));
        float[] logits = generator.append(given);
        long flushed = System.nanoTime();
        for (int i = 0; i < tokens; i++) {
            // What never follows a token in training: the model has not learnt how rare they are.
            if (end == End.NOWHERE || tokenizer.bos() != tokenizer.eos()) {
                logits[tokenizer.bos()] = Float.NEGATIVE_INFINITY;
            }
            if (end == End.NOWHERE) {
                logits[tokenizer.eos()] = Float.NEGATIVE_INFINITY;
            }
            int next = sampler.next(logits);
            if (next == tokenizer.eos()) {
                out.print(text.end());
                return i;
            }
            out.print(text.append(next));
            if (System.nanoTime() - flushed > NANOS_BETWEEN_FLUSHES) {
                out.flush();
                flushed = System.nanoTime();
            }
            logits = generator.append(next);
        }
        out.print(text.end());
        return tokens;
    }

    private int[] encode(@Nullable String prompt) {
        String text = prompt == null ? USUAL_PROMPT : prompt;
        if (text.isEmpty() || (prompt == null && !knows(text))) {
            return new int[] {tokenizer.bos()};
        }
        return tokenizer.encode(text);
    }

    private boolean knows(String text) {
        try {
            return tokenizer.encode(text).length > 0;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
