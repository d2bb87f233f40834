package org.randygpt.core.text;

import java.util.Random;

/** Texts for tokenizers to stumble over. */
public final class RandomText {
    private static final String FREQUENT =
            "  \n\r\t''sStTdDmMrReEvVlLſ019²½Ⅷ٣aZäÄßéあ漢字한글ابת\u0301😀👩🏽!?.,;:-_#<|>\u00A0\u2003\u3000\u0085\0";

    private RandomText() {}

    /** Characters that matter to pre-tokenization, and any others that there are. */
    public static String of(Random random, int characters) {
        int[] frequent = FREQUENT.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            text.appendCodePoint(random.nextInt(4) > 0 ? frequent[random.nextInt(frequent.length)] : any(random));
        }
        return text.toString();
    }

    /** Any bytes at all. */
    public static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int any(Random random) {
        while (true) {
            int point = random.nextInt(random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT + 1);
            if (Character.getType(point) != Character.SURROGATE) {
                return point;
            }
        }
    }
}
