package org.randygpt.bench.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Text of any length that reads like another one and has ever more words of its own: each byte is drawn from those that
 * follow the three before it there. A text that is only repeated would be what caches hope for.
 */
final class PseudoText {
    private static final int ORDER = 3;

    private PseudoText() {}

    /**
     * Draws a text.
     *
     * @param source what it is to be like, at least four bytes, of whose last ones its first ones are the followers
     * @param length in bytes
     * @param seed texts of the same one are the same
     */
    static byte[] like(byte[] source, int length, long seed) {
        int[] letters = letters(source);
        int kinds = Arrays.stream(letters).max().orElseThrow() + 1;
        int contexts = kinds * kinds * kinds;
        int[] ends = new int[contexts + 1];
        for (int at = 0; at < source.length; at++) {
            ends[context(letters, at, kinds) + 1]++;
        }
        Arrays.parallelPrefix(ends, Integer::sum);
        int[] followers = new int[source.length];
        int[] filled = ends.clone();
        for (int at = 0; at < source.length; at++) {
            followers[filled[context(letters, at, kinds)]++] = (at + ORDER) % source.length;
        }
        SplittableRandom random = new SplittableRandom(seed);
        byte[] text = new byte[length];
        int context = context(letters, 0, kinds);
        for (int i = 0; i < length; i++) {
            int next = followers[random.nextInt(ends[context], ends[context + 1])];
            text[i] = source[next];
            context = context % (kinds * kinds) * kinds + letters[next];
        }
        return text;
    }

    /** The bytes of a text, numbered from 0. */
    private static int[] letters(byte[] source) {
        int[] numbers = new int[1 << Byte.SIZE];
        Arrays.fill(numbers, -1);
        int[] letters = new int[source.length];
        int kinds = 0;
        for (int i = 0; i < source.length; i++) {
            int value = Byte.toUnsignedInt(source[i]);
            if (numbers[value] < 0) {
                numbers[value] = kinds++;
            }
            letters[i] = numbers[value];
        }
        return letters;
    }

    /** The number of the three letters from a position on. */
    private static int context(int[] letters, int at, int kinds) {
        int number = 0;
        for (int i = 0; i < ORDER; i++) {
            number = number * kinds + letters[(at + i) % letters.length];
        }
        return number;
    }
}
