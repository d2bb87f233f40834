package org.randygpt.core.text;

import static org.randygpt.core.text.Characters.BLANK;
import static org.randygpt.core.text.Characters.LETTER;
import static org.randygpt.core.text.Characters.NEWLINE;
import static org.randygpt.core.text.Characters.NUMBER;
import static org.randygpt.core.text.Characters.OTHER;
import static org.randygpt.core.text.Characters.SPACE;
import static org.randygpt.core.text.Characters.VISIBLE;

/**
 * How a text is cut into pieces, words roughly, that no token crosses. Each is defined by a regular expression and
 * written as a scanner, which takes time in proportion to the text and no stack, whatever the text is.
 */
public enum PreTokenization {
    /** That of GPT-2: English contractions, letters, numbers or other characters after at most a space. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+") {
        @Override
        int end(byte[] text, int start) {
            int first = Characters.at(text, start);
            int from = start;
            if (text[start] == '\'') {
                int contraction = contractionEnd(text, start);
                if (contraction > start) {
                    return contraction;
                }
            } else if (text[start] == ' ' && start + 1 < text.length) {
                int second = Characters.at(text, start + 1);
                if ((second & VISIBLE) != 0) {
                    first = second;
                    from++;
                }
            }
            return (first & SPACE) != 0 ? spaceEnd(text, start) : Characters.runEnd(text, from, first & VISIBLE);
        }

        private static int contractionEnd(byte[] text, int start) {
            int second = start + 1 < text.length ? text[start + 1] : 0;
            int third = start + 2 < text.length ? text[start + 2] : 0;
            return start + contractionLength(second, third);
        }
    },

    /**
     * That of OpenAI's cl100k_base, which GPT-4 has: contractions in any case, letters after at most one character of
     * another kind, up to three digits, and newlines with what stands before them.
     */
    CL100K("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+") {
        private static final int MOST_DIGITS = 3;

        @Override
        int end(byte[] text, int start) {
            if (text[start] == '\'') {
                int contraction = contractionEnd(text, start);
                if (contraction > start) {
                    return contraction;
                }
            }
            int first = Characters.at(text, start);
            if ((first & LETTER) != 0) {
                return Characters.runEnd(text, start, LETTER);
            }
            if ((first & NUMBER) != 0) {
                return numberEnd(text, start);
            }
            int next = start + Characters.length(first);
            int second = next < text.length ? Characters.at(text, next) : 0;
            if ((first & NEWLINE) == 0 && (second & LETTER) != 0) {
                return Characters.runEnd(text, next, LETTER);
            }
            boolean spaced = text[start] == ' ' && (second & OTHER) != 0;
            if (spaced || (first & OTHER) != 0) {
                return Characters.runEnd(text, Characters.runEnd(text, spaced ? next : start, OTHER), NEWLINE);
            }
            int newline = lastNewlineEnd(text, start);
            return newline > start ? newline : spaceEnd(text, start);
        }

        private static int contractionEnd(byte[] text, int start) {
            int second = start + 1 < text.length ? lowerCase(text[start + 1]) : 0;
            int third = start + 2 < text.length ? lowerCase(text[start + 2]) : 0;
            // Without regard to case, the long s (U+017F) is an s.
            boolean longS = second == (byte) 0xC5 && third == (byte) 0xBF;
            return start + (longS ? 3 : contractionLength(second, third));
        }

        private static int lowerCase(byte letter) {
            return letter >= 'A' && letter <= 'Z' ? letter + 'a' - 'A' : letter;
        }

        private static int numberEnd(byte[] text, int start) {
            int end = start;
            for (int digits = 0; digits < MOST_DIGITS && end < text.length; digits++) {
                int character = Characters.at(text, end);
                if ((character & NUMBER) == 0) {
                    break;
                }
                end += Characters.length(character);
            }
            return end;
        }

        private static int lastNewlineEnd(byte[] text, int start) {
            int newline = start;
            int at = start;
            while (at < text.length) {
                int character = Characters.at(text, at);
                if ((character & SPACE) == 0) {
                    break;
                }
                at += Characters.length(character);
                newline = (character & NEWLINE) != 0 ? at : newline;
            }
            return newline;
        }
    };

    private final String regex;

    PreTokenization(String regex) {
        this.regex = regex;
    }

    /** The regular expression whose matches, one after the other, are the pieces; white space is Unicode's. */
    public String regex() {
        return regex;
    }

    /** Where the piece that begins at a byte of a text ends: behind it. */
    abstract int end(byte[] text, int start);

    /** Of a character. */
    private static final int MOST_BYTES = 4;

    /**
     * Whether a text can be cut at a byte, whichever pre-tokenization it is: each side alone has the pieces that it has
     * beside the other. So at a space after something visible, and after a line that ends with something visible. (Of
     * more white space the last character goes with what follows, if anything does.) It need not find every such place.
     */
    public static boolean surelyCuts(byte[] text, int at) {
        if (at == 0 || at == text.length) {
            return true;
        }
        byte before = text[at - 1];
        return before == '\n'
                ? (Characters.at(text, at) & VISIBLE) != 0 && (at == 1 || isVisibleBefore(text, at - 1))
                : text[at] == ' ' && before > ' ' && (Characters.at(text, at - 1) & VISIBLE) != 0;
    }

    /** Whether a whole, visible character ends before a byte. */
    private static boolean isVisibleBefore(byte[] text, int end) {
        int start = end - 1;
        while (start > 0 && end - start < MOST_BYTES && (text[start] & 0xC0) == 0x80) {
            start--;
        }
        int character = Characters.at(text, start);
        return (character & VISIBLE) != 0 && start + Characters.length(character) == end;
    }

    /** {@code \s+(?!\S)|\s+}: white space but its last character, if that is not all and something follows. */
    private static int spaceEnd(byte[] text, int start) {
        int last = start;
        int end = start;
        while (end < text.length) {
            int character = Characters.at(text, end);
            if ((character & (NEWLINE | BLANK)) == 0) {
                return last > start ? last : end;
            }
            last = end;
            end += Characters.length(character);
        }
        return end;
    }

    /** The bytes of {@code 's}, {@code 't}, {@code 're}, {@code 've}, {@code 'm}, {@code 'll} or {@code 'd}, or 0. */
    private static int contractionLength(int second, int third) {
        return switch (second) {
            case 's', 't', 'm', 'd' -> 2;
            case 'r', 'v' -> third == 'e' ? 3 : 0;
            case 'l' -> third == 'l' ? 3 : 0;
            default -> 0;
        };
    }
}
