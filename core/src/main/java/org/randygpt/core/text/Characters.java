package org.randygpt.core.text;

/**
 * The characters of UTF-8 by the classes that pre-tokenization tells apart. A byte that is not UTF-8 is a character of
 * its own, neither letter nor number nor white space.
 */
final class Characters {
    static final int LETTER = 1;
    static final int NUMBER = 2;
    /** Line feed and carriage return. */
    static final int NEWLINE = 4;
    /** White space but newlines. */
    static final int BLANK = 8;

    static final int OTHER = 16;
    static final int SPACE = NEWLINE | BLANK;
    static final int VISIBLE = LETTER | NUMBER | OTHER;

    private static final int LENGTH_SHIFT = 8;
    private static final byte[] ASCII = ascii();

    private Characters() {}

    /** The class of the character that begins at a byte, and its length in bytes in the bits from 8. */
    static int at(byte[] text, int at) {
        byte first = text[at];
        return first >= 0 ? ASCII[first] | 1 << LENGTH_SHIFT : multibyte(text, at);
    }

    /** How many bytes a character has. */
    static int length(int character) {
        return character >>> LENGTH_SHIFT;
    }

    /** The code point of a character of so many bytes. */
    static int point(byte[] text, int at, int length) {
        int point = length == 1 ? text[at] : text[at] & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            point = point << 6 | text[at + i] & 0x3F;
        }
        return point;
    }

    /** Where the characters of some classes end, from a byte on. */
    static int runEnd(byte[] text, int start, int classes) {
        int end = start;
        while (end < text.length) {
            int character = at(text, end);
            if ((character & classes) == 0) {
                break;
            }
            end += length(character);
        }
        return end;
    }

    private static int multibyte(byte[] text, int at) {
        int first = text[at] & 0xFF;
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        int point = first & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            int next = at + i < text.length ? text[at + i] : 0;
            if ((next & 0xC0) != 0x80) {
                return OTHER | 1 << LENGTH_SHIFT;
            }
            point = point << 6 | next & 0x3F;
        }
        int least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
        boolean valid = first >= 0xC0
                && first < 0xF8
                && point >= least
                && point <= Character.MAX_CODE_POINT
                && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
        return valid ? classOf(point) | length << LENGTH_SHIFT : OTHER | 1 << LENGTH_SHIFT;
    }

    private static int classOf(int point) {
        return switch (Character.getType(point)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> BLANK;
            // Unicode's White_Space has six control characters, too.
            default ->
                switch (point) {
                    case '\n', '\r' -> NEWLINE;
                    case '\t', 0x0B, '\f', 0x85 -> BLANK;
                    default -> OTHER;
                };
        };
    }

    private static byte[] ascii() {
        byte[] classes = new byte[128];
        for (int point = 0; point < classes.length; point++) {
            classes[point] = (byte) classOf(point);
        }
        return classes;
    }
}
