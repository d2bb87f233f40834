package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.randygpt.core.text.RandomText;

class Utf8Test {
    // Those at which a rule begins or ends.
    private static final int[] TELLING = {
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF
    };

    @Test
    void everyOneAndTwoBytesAreUtf8WhereJavaSaysSo() throws CharacterCodingException {
        for (int first = 0; first < 256; first++) {
            check((byte) first);
            for (int second = 0; second < 256; second++) {
                check((byte) first, (byte) second);
            }
        }
    }

    @Test
    void threeAndFourBytesAreUtf8WhereJavaSaysSo() throws CharacterCodingException {
        for (int first : TELLING) {
            for (int second : TELLING) {
                for (int third : TELLING) {
                    check((byte) first, (byte) second, (byte) third);
                    for (int fourth : TELLING) {
                        check((byte) first, (byte) second, (byte) third, (byte) fourth);
                    }
                }
            }
        }
    }

    @Test
    void everyCharacterIsUtf8() {
        String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        byte[] text = all.getBytes(StandardCharsets.UTF_8);

        assertEquals(text.length, Utf8.firstInvalid(text, 0));
        assertEquals(new Utf8.Replaced(text, 0), Utf8.replace(text));
    }

    @Test
    void randomBytesAreUtf8WhereJavaSaysSo() throws CharacterCodingException {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] text = i % 2 == 0
                    ? RandomText.of(random, random.nextInt(20)).getBytes(StandardCharsets.UTF_8)
                    : RandomText.bytes(random, random.nextInt(20));
            if (text.length > 0 && i % 4 == 0) {
                text[random.nextInt(text.length)] = (byte) TELLING[random.nextInt(TELLING.length)];
            }
            check(text);
        }
    }

    @Test
    void eightBytesArePlainWithoutControlCharactersAndMarkers() {
        Random random = new Random(2);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[8];
            for (int at = 0; at < text.length; at++) {
                text[at] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : 0x20 + random.nextInt(0x5F));
            }
            if (Utf8.isPlain(text, 0)) {
                plain++;
                for (byte unit : text) {
                    assertTrue(unit >= ' ' && unit < 0x7F && unit != '<', Arrays.toString(text));
                }
            }
        }
        assertTrue(plain > 5_000, "%d were plain".formatted(plain));
    }

    private static void check(byte... text) throws CharacterCodingException {
        CharBuffer decoded = CharBuffer.allocate(text.length + 1);
        ByteBuffer in = ByteBuffer.wrap(text);
        StandardCharsets.UTF_8.newDecoder().decode(in, decoded, true);
        assertEquals(in.position(), Utf8.firstInvalid(text, 0), () -> Arrays.toString(text));

        String replaced = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(text))
                .toString();
        assertArrayEquals(
                replaced.getBytes(StandardCharsets.UTF_8), Utf8.replace(text).text(), () -> Arrays.toString(text));
    }
}
