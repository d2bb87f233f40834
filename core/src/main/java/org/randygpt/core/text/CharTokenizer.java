package org.randygpt.core.text;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * One token for each character (Unicode code point) of the training text, in the order of the code points, followed by
 * two special tokens that no text encodes to.
 */
public final class CharTokenizer implements Tokenizer {
    /** Name of the special token that stands before a text. */
    public static final String BOS = "<|bos|>";
    /** Name of the special token that stands after a text. */
    public static final String EOS = "<|eos|>";

    private static final int MOST_SHOWN = 10;

    private final int[] characters;
    /** The tokens of the first characters, or negative ones; a search finds those of others. */
    private final int[] ascii = new int[0x80];

    private CharTokenizer(int[] characters) {
        this.characters = characters;
        Arrays.setAll(ascii, character -> Arrays.binarySearch(characters, character));
    }

    /**
     * The tokenizer whose vocabulary is the characters of a text.
     *
     * @throws IllegalArgumentException when the text is empty or holds half of a surrogate pair, which no file can hold
     */
    public static CharTokenizer of(String text) {
        return ofCharacters(text.codePoints().distinct().sorted().toArray());
    }

    /**
     * The tokenizer of known characters; a character's id is its index.
     *
     * @param characters code points in ascending order
     * @throws IllegalArgumentException naming the first that is no character or out of order
     */
    public static CharTokenizer ofCharacters(int... characters) {
        if (characters.length == 0) {
            throw new IllegalArgumentException("there are no characters to make tokens of");
        }
        for (int i = 0; i < characters.length; i++) {
            int character = characters[i];
            if (!Character.isValidCodePoint(character) || isSurrogate(character)) {
                throw new IllegalArgumentException("U+%04X is not a character".formatted(character));
            }
            if (i > 0 && character <= characters[i - 1]) {
                throw new IllegalArgumentException("%s follows %s; characters must be in ascending order"
                        .formatted(describe(character), describe(characters[i - 1])));
            }
        }
        return new CharTokenizer(characters.clone());
    }

    /** The code point of each token but the special ones, by id. */
    public int[] characters() {
        return characters.clone();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The message names the first unknown character and up to ten of all. Positions in it count as
     * {@link String#charAt} does; lines and columns, in code points, from 1.
     */
    @Override
    public int[] encode(String text) {
        int[] tokens = new int[text.codePointCount(0, text.length())];
        int at = 0;
        for (int i = 0; i < tokens.length; i++) {
            int character = text.codePointAt(at);
            tokens[i] = Arrays.binarySearch(characters, character);
            if (tokens[i] < 0) {
                throw unknown(text, at);
            }
            at += Character.charCount(character);
        }
        return tokens;
    }

    @Override
    public int[] encode(byte[] text) {
        int[] tokens = new int[text.length];
        int count = 0;
        int at = 0;
        while (at < text.length) {
            int first = text[at];
            int length = first >= 0 ? 1 : Characters.length(Characters.at(text, at));
            int token = first >= 0 ? ascii[first] : Arrays.binarySearch(characters, Characters.point(text, at, length));
            if (token < 0) {
                throw new UnknownCharacterException(
                        "the character %s is not in the vocabulary of %d characters"
                                .formatted(describe(Characters.point(text, at, length)), characters.length),
                        at);
            }
            tokens[count++] = token;
            at += length;
        }
        return count == tokens.length ? tokens : Arrays.copyOf(tokens, count);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException naming the first id that is no token's, and its position
     */
    @Override
    public String decode(int... tokens) {
        StringBuilder text = new StringBuilder(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabSize()) {
                throw new IllegalArgumentException("%d at position %d is not a token; ids run from 0 to %d"
                        .formatted(tokens[i], i, vocabSize() - 1));
            }
            if (tokens[i] < characters.length) {
                text.appendCodePoint(characters[tokens[i]]);
            }
        }
        return text.toString();
    }

    @Override
    public int vocabSize() {
        return characters.length + 2;
    }

    @Override
    public int bos() {
        return characters.length;
    }

    @Override
    public int eos() {
        return characters.length + 1;
    }

    private IllegalArgumentException unknown(String text, int at) {
        long line = 1 + text.chars().limit(at).filter(c -> c == '\n').count();
        int lineStart = text.lastIndexOf('\n', at - 1) + 1;
        int column = 1 + text.codePointCount(lineStart, at);
        return new IllegalArgumentException(
                "the character %s at position %d (line %d, column %d) is not in the model's vocabulary of %d characters%s"
                        .formatted(
                                describe(text.codePointAt(at)),
                                at,
                                line,
                                column,
                                characters.length,
                                listOfUnknown(text.codePoints()
                                        .distinct()
                                        .filter(character -> Arrays.binarySearch(characters, character) < 0)
                                        .toArray())));
    }

    /** Names up to ten of some unknown characters, for the end of a message about the first, if there are more. */
    public static String listOfUnknown(int... distinct) {
        if (distinct.length == 1) {
            return "";
        }
        int shown = Math.min(distinct.length, MOST_SHOWN);
        return "; %d different characters are not: %s%s"
                .formatted(
                        distinct.length,
                        Arrays.stream(distinct)
                                .limit(shown)
                                .mapToObj(CharTokenizer::describe)
                                .collect(Collectors.joining(", ")),
                        shown == distinct.length ? "" : " and %d more".formatted(distinct.length - shown));
    }

    /** {@code 'x' (U+0078)}, or {@code U+200B (ZERO WIDTH SPACE)} for what does not show. */
    private static String describe(int character) {
        String shown = switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> null;
            default -> Character.toString(character);
        };
        if (shown != null) {
            return "'%s' (U+%04X)".formatted(shown, character);
        }
        String name = Character.getName(character);
        return name == null ? "U+%04X".formatted(character) : "U+%04X (%s)".formatted(character, name);
    }

    private static boolean isSurrogate(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }
}
