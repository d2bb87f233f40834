package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.randygpt.core.data.TestFiles.gzip;
import static org.randygpt.core.data.TestFiles.read;
import static org.randygpt.core.data.TestFiles.utf8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.randygpt.core.text.RandomText;

class GzipBytesTest {

    @Test
    void membersAreOneTextWhateverTheFilesName() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            StringBuilder text = new StringBuilder();
            for (int member = random.nextInt(5); member >= 0; member--) {
                String part = "a" + RandomText.of(random, random.nextInt(20_000));
                text.append(part);
                packed.writeBytes(gzip(utf8(part)));
            }
            packed.writeBytes(new byte[random.nextInt(2) * 512]);

            assertEquals(
                    text.toString(),
                    read(TextSettings.USUAL, DataFile.ofBytes("a.txt", packed.toByteArray()))
                            .text());
        }
    }

    @Test
    void aHeaderMayHaveAllItsParts() throws IOException {
        byte[] plain = gzip(utf8("text"));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write(plain, 0, 3);
        packed.write(2 | 4 | 8 | 16);
        packed.write(plain, 4, 6);
        packed.writeBytes(new byte[] {3, 0, 'x', 'y', 'z'});
        packed.writeBytes(utf8("name\0comment\0"));
        packed.writeBytes(new byte[] {1, 2});
        packed.write(plain, 10, plain.length - 10);

        assertEquals(
                "text",
                read(TextSettings.USUAL, DataFile.ofBytes("a", packed.toByteArray()))
                        .text());
    }

    @Test
    void oneThatIsCutOffAnywhereIsNamed() {
        byte[] member = gzip(utf8("some text, some text"));
        byte[] two = Arrays.copyOf(member, 2 * member.length);
        System.arraycopy(member, 0, two, member.length, member.length);
        for (int length = 2; length < two.length; length++) {
            if (length != member.length) {
                assertEquals(
                        "a.gz: the gzip file ends in the middle, after %d bytes; it is cut off".formatted(length),
                        message(Arrays.copyOf(two, length)));
            }
        }
    }

    @Test
    void oneThatIsDamagedIsNamed() {
        byte[] text = utf8(RandomText.of(new Random(2), 500));
        byte[] packed = gzip(text);
        // Behind the header, of which time and system matter to nobody.
        for (int at = 10; at < packed.length; at++) {
            byte[] damaged = packed.clone();
            damaged[at] ^= 0x10;
            String message = message(damaged);

            assertTrue(
                    message.matches(
                            "a\\.gz: the gzip file (is corrupt at byte \\d+ or before: .+|ends in the middle.*)"),
                    message);
        }
    }

    @Test
    void whatFollowsIsNamed() {
        byte[] member = gzip(utf8("text"));
        byte[] followed = Arrays.copyOf(member, member.length + 3);
        followed[member.length] = 'x';

        assertEquals(
                "a.gz: the gzip file is corrupt at byte %d or before: something else follows"
                        .formatted(member.length + 1),
                message(followed));
    }

    private static String message(byte[] packed) {
        return String.valueOf(assertThrows(
                        IOException.class, () -> read(TextSettings.USUAL, DataFile.ofBytes("a.gz", packed)))
                .getMessage());
    }
}
