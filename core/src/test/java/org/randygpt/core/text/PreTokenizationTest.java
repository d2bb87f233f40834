package org.randygpt.core.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreTokenizationTest {

    @Test
    void gpt2KeepsASpaceWithItsWord() {
        assertEquals(
                List.of("Don", "'t", " say", " it", "'s", "  ", " 12345", "!!", "\n\n", "\n", "O", "'", "Neill"),
                pieces(PreTokenization.GPT2, "Don't say it's   12345!!\n\n\nO'Neill"));
    }

    @Test
    void cl100kKeepsNewlinesTogetherAndCutsNumbers() {
        assertEquals(
                List.of("DON", "'T", " say", " it", "'s", "  ", " ", "123", "45", "!!\n\n\n", "O", "'Neill"),
                pieces(PreTokenization.CL100K, "DON'T say it's   12345!!\n\n\nO'Neill"));
    }

    @ParameterizedTest
    @EnumSource
    void theScannerFindsWhatTheRegularExpressionFinds(PreTokenization pieces) {
        Pattern regex = Pattern.compile(pieces.regex(), Pattern.UNICODE_CHARACTER_CLASS);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String text = RandomText.of(random, 1 + random.nextInt(30));

            assertEquals(matches(regex, text), pieces(pieces, text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCharacterIsOfTheClassThatTheRegularExpressionHasItIn(PreTokenization pieces) {
        Pattern regex = Pattern.compile(pieces.regex(), Pattern.UNICODE_CHARACTER_CLASS);
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (Character.getType(point) != Character.SURROGATE) {
                String character = Character.toString(point);
                String text = "a" + character + "1" + character + " " + character + character + "a";

                assertEquals(matches(regex, text), pieces(pieces, text));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSureCutIsOneOfTheCutsAndTheOnlyThingThatIsCut(PreTokenization pieces) {
        Random random = new Random(2);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] text = i % 2 == 0
                    ? RandomText.of(random, 30).getBytes(StandardCharsets.UTF_8)
                    : RandomText.bytes(random, 30);
            List<Integer> cuts = cuts(pieces, text);
            for (int at = 1; at < text.length; at++) {
                if (PreTokenization.surelyCuts(text, at)) {
                    found++;
                    assertTrue(cuts.contains(at), Arrays.toString(text));
                    // Each side alone has the pieces that it has beside the other.
                    int cut = at;
                    List<Integer> apart = new ArrayList<>(cuts(pieces, Arrays.copyOf(text, cut)));
                    cuts(pieces, Arrays.copyOfRange(text, cut, text.length)).stream()
                            .skip(1)
                            .forEach(end -> apart.add(cut + end));
                    assertEquals(cuts, apart, Arrays.toString(text));
                }
            }
        }
        assertTrue(found > 5_000, "found %d".formatted(found));
    }

    private static List<String> matches(Pattern regex, String text) {
        return regex.matcher(text).results().map(MatchResult::group).toList();
    }

    private static List<String> pieces(PreTokenization pieces, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Integer> cuts = cuts(pieces, bytes);
        List<String> found = new ArrayList<>();
        for (int i = 1; i < cuts.size(); i++) {
            found.add(new String(bytes, cuts.get(i - 1), cuts.get(i) - cuts.get(i - 1), StandardCharsets.UTF_8));
        }
        return found;
    }

    private static List<Integer> cuts(PreTokenization pieces, byte[] text) {
        List<Integer> cuts = new ArrayList<>(List.of(0));
        while (cuts.getLast() < text.length) {
            cuts.add(pieces.end(text, cuts.getLast()));
        }
        return cuts;
    }
}
