package org.randygpt.bench;

import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.bench.report.Samples;
import org.randygpt.core.text.CharTokenizer;

/** A text to tokens and back. */
public non-sealed class TokenizerBenchmark extends Measured {
    /** Characters of the text. */
    @Param({"1", "67", "1000000"})
    public int length = 1;

    /** Different characters that there are: of an English text, and of one in Chinese. */
    @Param({"65", "3000"})
    public int letters = 1;

    private CharTokenizer tokenizer = CharTokenizer.ofCharacters(' ');
    private String text = "";
    private int[] tokens = {};

    /** Makes a text of random letters. */
    @Setup
    public void write() {
        tokenizer =
                CharTokenizer.ofCharacters(IntStream.range(' ', ' ' + letters).toArray());
        tokens = Samples.tokens(length, letters);
        text = tokenizer.decode(tokens);
    }

    /** What the text was made of. */
    int[] tokens() {
        return tokens;
    }

    /** The tokens of the text. */
    @Benchmark
    public int[] encode() {
        return tokenizer.encode(text);
    }

    /** The text of the tokens. */
    @Benchmark
    public String decode() {
        return tokenizer.decode(tokens);
    }
}
