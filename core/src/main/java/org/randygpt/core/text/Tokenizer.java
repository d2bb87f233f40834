package org.randygpt.core.text;

/** Text to token ids and back. */
public interface Tokenizer {

    /**
     * The ids of a text's tokens. Special tokens never come from text.
     *
     * @throws IllegalArgumentException naming the first character that has no token, and its position
     */
    int[] encode(String text);

    /** The text of some tokens; special tokens have none. */
    String decode(int... tokens);

    /** Number of different tokens, special ones included: ids run from 0 to below it. */
    int vocabSize();

    /** The special token that stands before a text. */
    int bos();

    /** The special token that stands after a text. */
    int eos();
}
