package org.randygpt.core.text;

import java.util.Arrays;

/**
 * GPT-2's characters for bytes, by which files write tokens: visible characters of Latin-1 stand for their own bytes,
 * and those from U+0100 on for the other bytes in their order.
 */
public final class ByteAlphabet {
    private static final char FIRST_OTHER = 0x100;
    private static final char[] CHARACTERS = characters();
    private static final short[] VALUES = values();

    private ByteAlphabet() {}

    /** A token as files write it. */
    public static String text(byte[] token) {
        char[] text = new char[token.length];
        for (int i = 0; i < token.length; i++) {
            text[i] = CHARACTERS[token[i] & 0xFF];
        }
        return new String(text);
    }

    /**
     * A token that files write so.
     *
     * @throws IllegalArgumentException naming a character that stands for no byte
     */
    public static byte[] bytes(String text) {
        byte[] token = new byte[text.length()];
        for (int i = 0; i < token.length; i++) {
            char character = text.charAt(i);
            if (character >= VALUES.length || VALUES[character] < 0) {
                throw new IllegalArgumentException(
                        "U+%04X at position %d stands for no byte".formatted(text.codePointAt(i), i));
            }
            token[i] = (byte) VALUES[character];
        }
        return token;
    }

    /** All bytes in the order of their characters, which is that of their ids in GPT-2. */
    static byte[] inOrder() {
        byte[] bytes = new byte[CHARACTERS.length];
        int count = 0;
        for (short value : VALUES) {
            if (value >= 0) {
                bytes[count] = (byte) value;
                count++;
            }
        }
        return bytes;
    }

    private static char[] characters() {
        char[] characters = new char[BpeVocabulary.BYTES];
        char other = FIRST_OTHER;
        for (char value = 0; value < characters.length; value++) {
            boolean visible = value > ' ' && value < 0x7F || value > 0xA0 && value != 0xAD;
            characters[value] = visible ? value : other;
            other += (char) (visible ? 0 : 1);
        }
        return characters;
    }

    private static short[] values() {
        short[] values = new short[FIRST_OTHER + BpeVocabulary.BYTES];
        Arrays.fill(values, (short) -1);
        for (short value = 0; value < CHARACTERS.length; value++) {
            values[CHARACTERS[value]] = value;
        }
        return values;
    }
}
