package org.randygpt.train.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.generate.Sampler;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.Trainer.Hardware;

/**
 * A text that a model has written, and how varied it is. Words are what lies between white space.
 *
 * @param text UTF-8
 * @param tokens how many it was written in
 */
public record Writing(byte[] text, int tokens) {
    private static final int REPEATED_WORDS = 4;

    /**
     * Has a model write, from the beginning of a line on, or of a text if it knows no lines.
     *
     * @param count tokens to write
     * @param progress told how many tokens are done
     */
    public static Writing of(
            SavedModel model, Hardware hardware, Sampler sampler, int count, ReadingProgress progress) {
        Tokenizer tokenizer = model.tokenizer();
        Generator generator = new Generator(model.config(), model.parameters(), hardware.workers(), hardware.kernels());
        int[] written = new int[count];
        float[] logits = generator.append(beginning(tokenizer));
        for (int i = 0; i < count; i++) {
            // What is no text; the model has not learnt how rare it is.
            logits[tokenizer.bos()] = Float.NEGATIVE_INFINITY;
            logits[tokenizer.eos()] = Float.NEGATIVE_INFINITY;
            written[i] = sampler.next(logits);
            if (i < count - 1) {
                logits = generator.append(written[i]);
            }
            progress.read(i + 1, count);
        }
        return new Writing(tokenizer.decodeBytes(written), count);
    }

    private static int[] beginning(Tokenizer tokenizer) {
        try {
            int[] line = tokenizer.encode("\n");
            return line.length > 0 ? line : new int[] {tokenizer.bos()};
        } catch (IllegalArgumentException _) {
            return new int[] {tokenizer.bos()};
        }
    }

    /** The part of the runs of n words that are different (Li et al. 2016); 1 if there are none. */
    public double distinct(int n) {
        String[] words = words();
        int count = words.length - n + 1;
        if (count < 1) {
            return 1;
        }
        Set<String> different = new HashSet<>();
        for (int i = 0; i < count; i++) {
            // No word has a space in it.
            different.add(String.join(" ", Arrays.copyOfRange(words, i, i + n)));
        }
        return (double) different.size() / count;
    }

    /** The part of the runs of four words that have been there before (seq-rep-4 of Welleck et al. 2020). */
    public double repetition() {
        return 1 - distinct(REPEATED_WORDS);
    }

    private String[] words() {
        String stripped = new String(text, StandardCharsets.UTF_8).strip();
        return stripped.isEmpty() ? new String[0] : stripped.split("\\s+", -1);
    }
}
