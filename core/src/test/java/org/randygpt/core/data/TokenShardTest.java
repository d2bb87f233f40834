package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenShardTest {
    private static final int MAGIC_16 = 20240520;
    private static final int MAGIC_32 = 20240801;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 511, 1 << 18, (1 << 18) + 1, 700_000})
    void allFormsGiveTheTokens(int count) throws IOException {
        int[] small = new Random(1).ints(count, 0, 1 << 16).toArray();
        int[] large = new Random(2).ints(count, 0, 128_256).toArray();

        assertEquals(list(small), read(nanoGpt(small), 1 << 16));
        assertEquals(list(small), read(llmC(MAGIC_16, 1, count, small), 1 << 16));
        assertEquals(list(large), read(llmC(MAGIC_32, 7, count, large), 128_256));
        assertEquals(list(large), read(TestFiles.gzip(llmC(MAGIC_32, 7, count, large)), 128_256));
        assertEquals(list(small), read(TestFiles.gzip(nanoGpt(small)), 1 << 16));
    }

    @Test
    void partsOfAWordAreNamed() {
        byte[] tokens = nanoGpt(1, 2, 3);

        assertEquals(
                "a.bin: 5 bytes of tokens, which are not whole tokens of 2 bytes; it is cut off or no file of tokens",
                message(Arrays.copyOf(tokens, 5), 10));
        assertEquals(
                "a.bin: 1 byte of tokens, which are not whole tokens of 2 bytes; it is cut off or no file of tokens",
                message(Arrays.copyOf(tokens, 1), 10));
    }

    @Test
    void missingTokensAreNamedWithBothCounts() {
        assertEquals(
                "a.bin: 3 tokens, but its header says 5; it is cut off", message(llmC(MAGIC_16, 1, 5, 1, 2, 3), 10));
        assertEquals(
                "a.bin: 3 tokens, but its header says 2; it is damaged", message(llmC(MAGIC_32, 7, 2, 1, 2, 3), 10));
        assertEquals(
                "a.bin: 500 bytes; llm.c's header alone has 1024, so it is cut off",
                message(Arrays.copyOf(llmC(MAGIC_16, 1, 0), 500), 10));
    }

    @Test
    void unknownHeadersAreNamed() {
        assertEquals(
                "a.bin: begins with 20240326, as another file of llm.c does; files of tokens begin with 20240520 or 20240801",
                message(llmC(20240326, 3, 0), 10));
        assertEquals(
                "a.bin: version 2 after the number 20240520; only version 1 is known",
                message(llmC(MAGIC_16, 2, 0), 10));
        assertEquals(
                "a.bin: version 1 after the number 20240801; only version 7 is known",
                message(llmC(MAGIC_32, 1, 0), 10));
    }

    @Test
    void tokensThatTheVocabularyDoesNotHaveAreNamed() {
        int[] tokens = new int[300_000];
        tokens[299_999] = 50_257;

        assertEquals(
                "a.bin: token 299999, counted from 0, is 50257, but the vocabulary has 50257 tokens",
                message(nanoGpt(tokens), 50_257));
        assertEquals(
                "a.bin: token 1, counted from 0, is 4294967295, but the vocabulary has 10 tokens",
                message(llmC(MAGIC_32, 7, 2, 1, -1), 10));
    }

    @Test
    void noPartIsLongerThanPromised() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        TokenShard.read(file(nanoGpt(new int[600_000])), 1, tokens -> lengths.add(tokens.length));

        assertTrue(lengths.stream().allMatch(length -> length <= 1 << 18), lengths::toString);
    }

    private static byte[] nanoGpt(int... tokens) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(tokens).forEach(token -> bytes.putShort((short) token));
        return bytes.array();
    }

    private static byte[] llmC(int magic, int version, int count, int... tokens) {
        boolean isLong = magic == MAGIC_32;
        ByteBuffer bytes =
                ByteBuffer.allocate(1024 + (isLong ? 4 : 2) * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(magic).putInt(version).putInt(count).position(1024);
        for (int token : tokens) {
            if (isLong) {
                bytes.putInt(token);
            } else {
                bytes.putShort((short) token);
            }
        }
        return bytes.array();
    }

    private static DataFile file(byte[] bytes) {
        return TestFiles.file("a.bin", DataFile.Format.TOKENS, bytes);
    }

    private static List<Integer> list(int... tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }

    private static List<Integer> read(byte[] bytes, int vocabSize) throws IOException {
        List<Integer> read = new ArrayList<>();
        TokenShard.read(file(bytes), vocabSize, tokens -> read.addAll(list(tokens)));
        return read;
    }

    private static String message(byte[] bytes, int vocabSize) {
        return String.valueOf(
                assertThrows(IOException.class, () -> read(bytes, vocabSize)).getMessage());
    }
}
