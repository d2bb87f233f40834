package org.randygpt.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** A text to byte-pair tokens and back, and the learning of a vocabulary from it. */
public non-sealed class BytePairBenchmark extends Measured {
    private static final int VOCABULARY = 4096;
    private static final int WORDS = 30_000;

    /** Bytes of the text, about: words of which few are frequent, as in any language, or one word of one letter. */
    @Param("1000000")
    public int length = 1;

    /** What the text is made of. */
    @Param({"WORDS", "LETTER"})
    public Kind kind = Kind.WORDS;

    /** How texts are cut. */
    @Param("GPT2")
    public PreTokenization pieces = PreTokenization.GPT2;

    private byte[] text = {};
    private int[] tokens = {};
    private BpeTokenizer tokenizer = new BpeTrainer(pieces, 1).train(300, List.of(SpecialTokens.END_OF_TEXT));

    /** What a text is made of. */
    public enum Kind {
        /** Words of two to nine letters. */
        WORDS,
        /** A single word of a single letter. */
        LETTER
    }

    /** Makes the text. */
    @Setup
    public void write() {
        text = (kind == Kind.WORDS ? words() : "e".repeat(length)).getBytes(StandardCharsets.UTF_8);
        tokenizer = learn();
        tokens = tokenizer.encode(text);
    }

    /** The text. */
    byte[] text() {
        return text;
    }

    /** A vocabulary of the text's own. */
    @Benchmark
    public BpeTokenizer learn() {
        BpeTrainer trainer = new BpeTrainer(pieces, 1);
        trainer.add(text);
        return trainer.train(VOCABULARY, List.of(SpecialTokens.END_OF_TEXT));
    }

    /** The tokens of the text, by one thread. */
    @Benchmark
    public int[] encode() {
        return tokenizer.encode(text);
    }

    /** The tokens of the text, by a thread for each core. */
    @Benchmark
    public int[] encodeOnAllCores() {
        return tokenizer.encode(text, Runtime.getRuntime().availableProcessors());
    }

    /** The text of the tokens. */
    @Benchmark
    public byte[] decode() {
        return tokenizer.decodeBytes(tokens);
    }

    private String words() {
        Random random = new Random(1);
        String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
                word.append((char) ('a' + (int) (26 * random.nextDouble() * random.nextDouble())));
            }
            words[i] = word.toString();
        }
        StringBuilder written = new StringBuilder();
        while (written.length() < length) {
            // Zipf's law: the logarithm of a word's rank is uniform.
            written.append(words[(int) Math.pow(WORDS, random.nextDouble()) - 1]);
            written.append(random.nextInt(12) > 0 ? " " : ".\n");
        }
        return written.toString();
    }
}
