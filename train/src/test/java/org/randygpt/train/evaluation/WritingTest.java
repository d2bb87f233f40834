package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.NucleusSampler;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;

class WritingTest {
    @ParameterizedTest
    @CsvSource({
        "a b c d, 1, 1, 1, 0",
        "a a a a a, 0.2, 0.25, 0.3333333333333333, 0.5",
        "a b a b a b, 0.3333333333333333, 0.4, 0.5, 0.3333333333333333",
        "'', 1, 1, 1, 0",
        "' \n word ', 1, 1, 1, 0"
    })
    void varietyIsCountedInWords(String text, double one, double two, double three, double repetition) {
        Writing writing = new Writing(text.getBytes(StandardCharsets.UTF_8), text.length());
        assertEquals(one, writing.distinct(1), 1e-12);
        assertEquals(two, writing.distinct(2), 1e-12);
        assertEquals(three, writing.distinct(3), 1e-12);
        assertEquals(repetition, writing.repetition(), 1e-12);
    }

    @Test
    void seedDecidesWhatIsWrittenAndThreadsDoNot() {
        byte[] text = write(7, 1).text();
        assertArrayEquals(text, write(7, 3).text());
        assertFalse(Arrays.equals(text, write(8, 1).text()));
        assertEquals(100, new String(text, StandardCharsets.UTF_8).length());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 26})
    void longestCopiedSpanIsThatOfTheTable(int letters) {
        SplittableRandom random = new SplittableRandom(letters);
        for (int round = 0; round < 40; round++) {
            byte[] text = letters(random, letters, round * 3);
            byte[] first = letters(random, letters, 5 * round);
            byte[] second = letters(random, letters, 50);
            CopiedSpans spans = new CopiedSpans(text);
            // In parts, as a file is read; the end of a text between them.
            spans.read(Arrays.copyOf(first, first.length / 2));
            spans.read(Arrays.copyOfRange(first, first.length / 2, first.length));
            spans.end();
            spans.read(second);
            int[] ofFirst = endings(text, first);
            int[] ofSecond = endings(text, second);
            int[] longest = new int[text.length];
            Arrays.setAll(longest, i -> Math.max(ofFirst[i], ofSecond[i]));
            CopiedSpans.Span span = spans.longest();
            assertEquals(Arrays.stream(longest).max().orElse(0), span.length());
            String found = string(text).substring(span.from(), span.from() + span.length());
            byte[] all = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, all, first.length, second.length);
            assertEquals(found, string(all).substring((int) span.readFrom()).substring(0, span.length()));
            for (int least = 1; least < 6; least++) {
                assertEquals(covered(longest, least), spans.covered(least), 1e-12);
            }
        }
    }

    @Test
    void spanHasWholeCharactersOnly() {
        // € is E2 82 AC, and ‚ is E2 80 9A.
        CopiedSpans spans = new CopiedSpans("a€b‚".getBytes(StandardCharsets.UTF_8));
        spans.read("x€b€".getBytes(StandardCharsets.UTF_8));
        CopiedSpans.Span span = spans.longest();
        assertEquals(new CopiedSpans.Span(1, 4, 1), span);
    }

    /**
     * Of each place of a text how long a part that ends there, and is in another text, is; by the table of all pairs.
     */
    private static int[] endings(byte[] text, byte[] other) {
        int[][] lengths = new int[text.length + 1][other.length + 1];
        int[] longest = new int[text.length];
        for (int i = 1; i <= text.length; i++) {
            for (int j = 1; j <= other.length; j++) {
                lengths[i][j] = text[i - 1] == other[j - 1] ? lengths[i - 1][j - 1] + 1 : 0;
                longest[i - 1] = Math.max(longest[i - 1], lengths[i][j]);
            }
        }
        return longest;
    }

    private static double covered(int[] longest, int least) {
        boolean[] covered = new boolean[longest.length];
        int count = 0;
        for (int end = 0; end < longest.length; end++) {
            for (int at = end; longest[end] >= least && at > end - longest[end]; at--) {
                count += covered[at] ? 0 : 1;
                covered[at] = true;
            }
        }
        return longest.length == 0 ? 0 : (double) count / longest.length;
    }

    private static byte[] letters(SplittableRandom random, int kinds, int length) {
        byte[] letters = new byte[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(kinds));
        }
        return letters;
    }

    private static String string(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static Writing write(long seed, int threads) {
        SavedModel model = TinyModel.of(1);
        try (Workers workers = new Workers(threads)) {
            return Writing.of(
                    model,
                    new Hardware(workers, VectorKernels::new),
                    new NucleusSampler(1, Integer.MAX_VALUE, 1, new Random(seed)),
                    100,
                    (_, _) -> {});
        }
    }
}
