package org.randygpt.train.evaluation;

import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.Tokenizer;

/**
 * What tokens are in units that do not depend on the tokenizer. Tokens that stand around documents are no text: they
 * are given to the model, and it is not asked for them.
 */
public final class TextUnits {
    private final Tokenizer tokenizer;
    private final int[] bytes;
    private final int[] characters;

    /** Those of a vocabulary. */
    public TextUnits(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        bytes = new int[tokenizer.vocabSize()];
        characters = new int[bytes.length];
        for (int token = 0; token < bytes.length; token++) {
            byte[] text = text(token);
            bytes[token] = text.length;
            for (byte each : text) {
                // All but the continuation bytes, 10xxxxxx.
                characters[token] += (each & 0xC0) == 0x80 ? 0 : 1;
            }
        }
    }

    /**
     * How much text there is.
     *
     * @param tokens without those that stand around documents
     * @param bytes of UTF-8
     * @param characters code points
     */
    public record Size(long tokens, long bytes, long characters, long documents) {}

    private byte[] text(int token) {
        try {
            return tokenizer.decodeBytes(token);
        } catch (IllegalArgumentException _) {
            // Vocabularies may be larger than what there is in them.
            return new byte[0];
        }
    }

    /** The size of a whole text. */
    public Size size(TokenStore text) {
        long tokens = 0;
        long allBytes = 0;
        long allCharacters = 0;
        for (long at = 1; at < text.size(); at++) {
            int token = text.get(at);
            if (isText(token)) {
                tokens++;
                allBytes += bytes[token];
                allCharacters += characters[token];
            }
        }
        return new Size(tokens, allBytes, allCharacters, text.documents());
    }

    /** Whether a token is none that stands around documents. */
    boolean isText(int token) {
        return token != tokenizer.bos() && token != tokenizer.eos();
    }

    /** Whether a document begins after a token. */
    boolean beginsDocument(int token) {
        return token == tokenizer.bos();
    }

    /** Bytes of UTF-8 of a token. */
    int bytes(int token) {
        return bytes[token];
    }
}
