package org.randygpt.core.text;

import java.nio.charset.StandardCharsets;

/** Text to token ids and back. */
public interface Tokenizer {

    /**
     * The ids of a text's tokens. Special tokens never come from text.
     *
     * @throws IllegalArgumentException naming the first character that has no token, and its position
     */
    int[] encode(String text);

    /**
     * The ids of the tokens of a text in UTF-8.
     *
     * @throws UnknownCharacterException naming the first character that has no token
     */
    default int[] encode(byte[] text) {
        return encode(new String(text, StandardCharsets.UTF_8));
    }

    /**
     * The text of some tokens; special tokens have none. Where tokens are parts of characters, U+FFFD stands for what
     * does not make a whole one.
     */
    String decode(int... tokens);

    /** The UTF-8 of some tokens, each of which may be a part of a character. */
    default byte[] decodeBytes(int... tokens) {
        return decode(tokens).getBytes(StandardCharsets.UTF_8);
    }

    /** Number of different tokens, special ones included: ids run from 0 to below it. */
    int vocabSize();

    /** The special token that stands before a text. */
    int bos();

    /** The special token that stands after a text. */
    int eos();
}
