package org.randygpt.cli;

import java.util.function.BooleanSupplier;
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
    private float[] logits = {};
    private boolean lineEnded = true;

    /**
     * How far the model writes.
     *
     * @param tokens how many it adds at most
     * @param end where it stops before
     * @param stopped asked before each token whether it is to stop
     */
    record Limits(int tokens, End end, BooleanSupplier stopped) {}

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
        TextStream text = new TextStream(tokenizer);
        int[] given = encode(prompt);
        print(text.append(given), out);
        logits = generator.append(given);
        return write(text, new Limits(tokens, end, () -> false), out);
    }

    /**
     * Has a text follow what has been read and written so far, without writing it, and then writes what the model has
     * to add.
     *
     * @return how many tokens it has added
     * @param next if empty, the model goes on where it has stopped
     * @throws IllegalArgumentException naming a character that the model does not know; nothing has happened then
     */
    int goOn(String next, Limits limits, Output out) {
        TextStream text = new TextStream(tokenizer);
        if (!next.isEmpty() || logits.length == 0) {
            int[] given = encode(next.isEmpty() ? null : next);
            String read = text.append(given);
            lineEnded = read.isEmpty() || read.endsWith("\n");
            logits = generator.append(given);
        }
        return write(text, limits, out);
    }

    /** Whether the text so far is empty or ends with a line. */
    boolean hasLineEnded() {
        return lineEnded;
    }

    private int write(TextStream text, Limits limits, Output out) {
        long flushed = System.nanoTime();
        int written = 0;
        while (written < limits.tokens && !limits.stopped.getAsBoolean()) {
            // What never follows a token in training: the model has not learnt how rare they are.
            if (limits.end == End.NOWHERE || tokenizer.bos() != tokenizer.eos()) {
                logits[tokenizer.bos()] = Float.NEGATIVE_INFINITY;
            }
            if (limits.end == End.NOWHERE) {
                logits[tokenizer.eos()] = Float.NEGATIVE_INFINITY;
            }
            int next = sampler.next(logits);
            if (next == tokenizer.eos()) {
                break;
            }
            print(text.append(next), out);
            written++;
            if (System.nanoTime() - flushed > NANOS_BETWEEN_FLUSHES) {
                out.flush();
                flushed = System.nanoTime();
            }
            logits = generator.append(next);
        }
        print(text.end(), out);
        return written;
    }

    private void print(String text, Output out) {
        out.print(text);
        lineEnded = text.isEmpty() ? lineEnded : text.endsWith("\n");
    }

    private int[] encode(@Nullable String prompt) {
        String text = prompt == null ? USUAL_PROMPT : prompt;
        if (text.isEmpty() || (prompt == null && !knows(text))) {
            return new int[] {tokenizer.bos()};
        }
        return tokenizer.encode(text);
    }

    /** Whether the model has tokens for a text. */
    boolean knows(String text) {
        try {
            return tokenizer.encode(text).length > 0;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
