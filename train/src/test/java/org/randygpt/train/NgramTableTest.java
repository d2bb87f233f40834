package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NgramTableTest {
    private static final int ORDER = 5;
    private static final int VOCABULARY = 7;
    private static final int ROOM = 1 << 20;
    private static final double TOLERANCE = 1e-12;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 100, 3000})
    void probabilitiesSumToOneAfterSeenAndUnseenContexts(int length) {
        int[] text = text(length, 1);
        NgramTable table = counted(text, VOCABULARY);
        // Token 6 is never counted, so that many of these contexts are new.
        int[] contexts = text(200, 2);
        for (int i = 0; i < contexts.length; i += 7) {
            contexts[i] = 6;
        }
        for (int end = 0; end <= contexts.length; end++) {
            double[] sums = new double[ORDER + 1];
            for (int token = 0; token < VOCABULARY; token++) {
                double[] probabilities = after(table, contexts, end, token);
                for (int n = 0; n <= ORDER; n++) {
                    assertTrue(probabilities[n] > 0);
                    sums[n] += probabilities[n];
                }
            }
            for (int n = 0; n <= ORDER; n++) {
                assertEquals(1, sums[n], TOLERANCE);
            }
        }
    }

    @Test
    void probabilitiesAreThoseOfTheFormula() {
        int[] text = text(5000, 3);
        NgramTable table = counted(text, VOCABULARY);
        Counts counts = new Counts(text);
        int[] other = text(500, 4);
        for (int end = 0; end < other.length; end++) {
            double[] probabilities = after(table, other, end, other[end]);
            for (int n = 0; n <= ORDER; n++) {
                assertEquals(counts.probability(other, end, n), probabilities[n], TOLERANCE);
            }
        }
    }

    @Test
    void tableThatHasSeenNothingHoldsAllTokensAlike() {
        for (double probability : after(counted(new int[0], 50_000), new int[0], 0, 49_999)) {
            assertEquals(1.0 / 50_000, probability, TOLERANCE);
        }
    }

    @Test
    void bigramsOfTwoTokensInTurnAreNearlyCertain() {
        int pairs = 100;
        int[] text = new int[2 * pairs];
        for (int i = 0; i < text.length; i++) {
            text[i] = i % 2;
        }
        NgramTable table = counted(text, 4);
        double[] probabilities = after(table, new int[] {0}, 1, 1);
        // Each of two kinds has come a hundred times; then, after a 0, a 1 each time.
        double unigram = (pairs + 2 * 0.25) / (2 * pairs + 2);
        assertEquals(unigram, probabilities[1], TOLERANCE);
        assertEquals((pairs + unigram) / (pairs + 1), probabilities[2], TOLERANCE);
    }

    @Test
    void largeTokensDoNotCollide() {
        int[] text = text(2000, 5);
        int[] spread = new int[text.length];
        for (int i = 0; i < text.length; i++) {
            spread[i] = text[i] * 30_000_000;
        }
        NgramTable small = counted(text, 200_000_000);
        NgramTable large = counted(spread, 200_000_000);
        for (int end = 0; end < 100; end++) {
            double[] expected = after(small, text, end, text[end]);
            double[] actual = after(large, spread, end, spread[end]);
            for (int n = 0; n <= ORDER; n++) {
                assertEquals(expected[n], actual[n], TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 50, 1000})
    void fullTableStopsBeforeItIsMoreThanFull(int most) {
        int[] text = text(5000, 6);
        NgramTable table = new NgramTable(ORDER, VOCABULARY, most);
        int counted = 0;
        Set<List<Integer>> seen = new HashSet<>();
        while (table.count(text[counted])) {
            counted++;
            for (int n = 1; n <= Math.min(ORDER, counted); n++) {
                seen.add(list(text, counted - n, counted));
            }
        }
        assertTrue(seen.size() <= most && seen.size() > most - ORDER, seen.size() + " of " + most);
        assertFalse(table.count(text[counted]));
        assertEquals(seen.size() == 0, counted == 0);
    }

    private static double[] after(NgramTable table, int[] context, int end, int token) {
        double[] probabilities = new double[ORDER + 1];
        table.begin();
        for (int i = Math.max(0, end - ORDER); i < end; i++) {
            table.predict(context[i], probabilities);
        }
        table.predict(token, probabilities);
        return probabilities;
    }

    private static NgramTable counted(int[] text, int vocabulary) {
        NgramTable table = new NgramTable(ORDER, vocabulary, ROOM);
        for (int token : text) {
            assertTrue(table.count(token));
        }
        return table;
    }

    /** Tokens below 6, low ones more often. */
    private static int[] text(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.ints(length, 0, 36).map(i -> (int) Math.sqrt(i)).toArray();
    }

    private static List<Integer> list(int[] text, int from, int to) {
        List<Integer> list = new ArrayList<>();
        for (int i = from; i < to; i++) {
            list.add(text[i]);
        }
        return list;
    }

    /** The formula over plain maps. */
    private static final class Counts {
        private final Map<List<Integer>, Map<Integer, Integer>> following = new HashMap<>();

        Counts(int[] text) {
            for (int at = 0; at < text.length; at++) {
                for (int length = 0; length < ORDER && length <= at; length++) {
                    following
                            .computeIfAbsent(list(text, at - length, at), context -> new HashMap<>())
                            .merge(text[at], 1, Integer::sum);
                }
            }
        }

        double probability(int[] text, int at, int n) {
            if (n == 0) {
                return 1.0 / VOCABULARY;
            }
            double shorter = probability(text, at, n - 1);
            if (at < n - 1) {
                return shorter;
            }
            Map<Integer, Integer> next = following.get(list(text, at - (n - 1), at));
            if (next == null) {
                return shorter;
            }
            double total = next.values().stream().mapToInt(Integer::intValue).sum();
            return (next.getOrDefault(text[at], 0) + next.size() * shorter) / (total + next.size());
        }
    }
}
