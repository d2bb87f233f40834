package org.randygpt.core.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CharTokenizerTest {

    @Test
    void tokensAreTheDistinctCodePointsInOrderThenTheSpecialOnes() {
        CharTokenizer tokenizer = CharTokenizer.of("b😀a\nab");

        assertArrayEquals(new int[] {'\n', 'a', 'b', 0x1F600}, tokenizer.characters());
        assertArrayEquals(new int[] {2, 3, 1, 0, 1, 2}, tokenizer.encode("b😀a\nab"));
        assertEquals(4, tokenizer.bos());
        assertEquals(5, tokenizer.eos());
        assertEquals(6, tokenizer.vocabSize());
    }

    @Test
    void decodingGivesTheTextBack() {
        Random random = new Random(1);
        for (int length = 1; length < 200; length++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < length) {
                int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
                if (Character.getType(codePoint) != Character.SURROGATE) {
                    text.appendCodePoint(codePoint);
                }
            }
            CharTokenizer tokenizer = CharTokenizer.of(text.toString());

            assertEquals(text.toString(), tokenizer.decode(tokenizer.encode(text.toString())));
        }
    }

    @Test
    void theEmptyTextHasNoTokens() {
        CharTokenizer tokenizer = CharTokenizer.of("a");

        assertArrayEquals(new int[0], tokenizer.encode(""));
        assertEquals("", tokenizer.decode());
    }

    @Test
    void specialTokensNeverComeFromText() {
        String text = "<|bos|> and <|eos|>";
        CharTokenizer tokenizer = CharTokenizer.of(text);

        assertEquals(text.length(), tokenizer.encode(text).length);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
    }

    @Test
    void specialTokensHaveNoText() {
        CharTokenizer tokenizer = CharTokenizer.of("ab");

        assertEquals("ab", tokenizer.decode(tokenizer.bos(), 0, tokenizer.eos(), 1, tokenizer.eos()));
    }

    @Test
    void anUnknownCharacterIsNamedWithItsPlace() {
        CharTokenizer tokenizer = CharTokenizer.of("abc \n😀");

        assertEquals(
                "the character '€' (U+20AC) at position 8 (line 2, column 4) is not in the model's vocabulary of"
                        + " 6 characters",
                encodingFailure(tokenizer, "abc\n😀a €"));
        assertEquals(
                "the character 'x' (U+0078) at position 0 (line 1, column 1) is not in the model's vocabulary of"
                        + " 6 characters",
                encodingFailure(tokenizer, "x\n"));
        assertEquals(
                "the character 'x' (U+0078) at position 2 (line 3, column 1) is not in the model's vocabulary of"
                        + " 6 characters",
                encodingFailure(tokenizer, "\n\nx"));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0A, U+000A (LINE FEED (LF))",
        "0x200B, U+200B (ZERO WIDTH SPACE)",
        "0x301, U+0301 (COMBINING ACUTE ACCENT)",
        "0x1F600, '''😀'' (U+1F600)'",
        "0x10FFFF, U+10FFFF",
    })
    void whatDoesNotShowIsNamedInstead(int codePoint, String shown) {
        String message = encodingFailure(CharTokenizer.of("a"), Character.toString(codePoint));

        assertEquals(shown, message.substring("the character ".length(), message.indexOf(" at position")));
    }

    @Test
    void halfASurrogatePairIsNoCharacter() {
        assertThrows(IllegalArgumentException.class, () -> CharTokenizer.of("a\uD83D"));
        assertThrows(
                IllegalArgumentException.class, () -> CharTokenizer.of("a😀").encode("a\uD83D"));
    }

    @Test
    void anEmptyTextMakesNoTokenizer() {
        assertThrows(IllegalArgumentException.class, () -> CharTokenizer.of(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void anIdThatIsNoTokensIsNamedWithItsPosition(int id) {
        CharTokenizer tokenizer = CharTokenizer.of("ab");
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(0, id));

        assertEquals(id + " at position 1 is not a token; ids run from 0 to 3", failure.getMessage());
    }

    @Test
    void charactersMustBeInAscendingOrder() {
        assertThrows(IllegalArgumentException.class, () -> CharTokenizer.ofCharacters('b', 'a'));
        assertThrows(IllegalArgumentException.class, () -> CharTokenizer.ofCharacters('a', 'a'));
        assertThrows(IllegalArgumentException.class, () -> CharTokenizer.ofCharacters(-1));
    }

    private static String encodingFailure(CharTokenizer tokenizer, String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(text))
                .getMessage();
        return String.valueOf(message);
    }
}
