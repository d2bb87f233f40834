package org.randygpt.core.text;

/** A text holds a character that a tokenizer has no token for. */
public final class UnknownCharacterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int offset;

    /**
     * Names the character.
     *
     * @param offset of its first byte in the UTF-8 that was to be encoded
     */
    UnknownCharacterException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    /** Where the character begins in the UTF-8 that was to be encoded, in bytes. */
    public int offset() {
        return offset;
    }
}
