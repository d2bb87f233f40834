package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PseudoTextTest {
    private static final String SOURCE =
            "the quick brown fox jumps over the lazy dog; then other foxes throw their bones at him\n".repeat(2)
                    + "so that there is more than one way on from the three letters of the\n";

    @Test
    void everyFourLettersAreOfTheSource() {
        String circle = SOURCE + SOURCE.substring(0, 3);
        String text = new String(like(SOURCE, 20_000, 1), StandardCharsets.UTF_8);
        assertEquals(20_000, text.length());
        for (int at = 0; at + 4 <= text.length(); at++) {
            assertTrue(circle.contains(text.substring(at, at + 4)), text.substring(at, at + 4));
        }
    }

    @Test
    void itHasWordsThatTheSourceHasNot() {
        Set<String> words = words(new String(like(SOURCE, 20_000, 1), StandardCharsets.UTF_8));
        words.removeAll(words(SOURCE));
        assertFalse(words.isEmpty());
    }

    @Test
    void theSeedDecides() {
        assertArrayEquals(like(SOURCE, 1000, 7), like(SOURCE, 1000, 7));
        assertFalse(Arrays.equals(like(SOURCE, 1000, 7), like(SOURCE, 1000, 8)));
    }

    @Test
    void allBytesMayBeInTheSource() {
        byte[] source = new byte[5000];
        new Random(1).nextBytes(source);
        assertEquals(3000, PseudoText.like(source, 3000, 1).length);
    }

    private static byte[] like(String source, int length, long seed) {
        return PseudoText.like(source.getBytes(StandardCharsets.UTF_8), length, seed);
    }

    private static Set<String> words(String text) {
        return new HashSet<>(Arrays.asList(text.split("\\s+", 0)));
    }
}
