package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.kernels.Matrix;

class SafetensorsTest {
    @TempDir
    Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.safetensors");
    }

    @Test
    void whatIsWrittenIsReadBackBitForBit() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            SequencedMap<String, Safetensors.Block> written = new LinkedHashMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                written.put(name(random), block(random));
            }
            AtomicFiles.write(file, Safetensors.content(written));

            assertHolds(written);
        }
    }

    @Test
    void aTensorLargerThanTheBufferIsReadBack() throws IOException {
        Matrix values = Matrix.zeros(3, 123_457);
        for (int i = 0; i < values.size(); i++) {
            values.data()[i] = i;
        }
        SequencedMap<String, Safetensors.Block> written = new LinkedHashMap<>();
        written.put("large", new Safetensors.Block(List.of(3, 123_457), values));
        AtomicFiles.write(file, Safetensors.content(written));

        assertHolds(written);
    }

    @Test
    void theFileIsLaidOutAsTheFormatSays() throws IOException {
        SequencedMap<String, Safetensors.Block> written = new LinkedHashMap<>();
        written.put("a", new Safetensors.Block(List.of(2), Matrix.row(new float[] {1, -2})));
        AtomicFiles.write(file, Safetensors.content(written));

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong(0));
        assertEquals(0, length % 8);
        assertEquals(
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                new String(bytes.array(), 8, length, StandardCharsets.UTF_8).stripTrailing());
        assertEquals(8 + length + 8, bytes.capacity());
        assertEquals(1, bytes.getFloat(8 + length));
        assertEquals(-2, bytes.getFloat(8 + length + 4));
    }

    @Test
    void halfPrecisionBecomesTheSameNumbers() throws IOException {
        for (String type : List.of("F16", "BF16")) {
            int all = 1 << 16;
            ByteBuffer data = ByteBuffer.allocate(2 * all).order(ByteOrder.LITTLE_ENDIAN);
            for (int bits = 0; bits < all; bits++) {
                data.putShort((short) bits);
            }
            SafetensorsFiles.write(file, SafetensorsFiles.entry("x", type, "65536", 0, 2L * all), data.array());
            Matrix read = Matrix.zeros(1, all);
            try (Safetensors open = Safetensors.open(file)) {
                open.read(open.tensors().firstEntry().getValue(), read);
            }
            for (int bits = 0; bits < all; bits++) {
                float expected =
                        type.equals("F16") ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat(bits << 16);
                assertEquals(expected, read.get(0, bits));
            }
        }
    }

    @Test
    void anUnsupportedTypeIsNamedWhenItIsReadAndNotBefore() throws IOException {
        SafetensorsFiles.write(file, SafetensorsFiles.entry("mask", "BOOL", "3", 0, 3), new byte[3]);
        try (Safetensors open = Safetensors.open(file)) {
            StoredTensor mask = open.tensors().firstEntry().getValue();
            IOException refused = assertThrows(IOException.class, () -> open.read(mask, Matrix.zeros(1, 3)));
            String message = String.valueOf(refused.getMessage());

            assertTrue(message.contains("mask") && message.contains("BOOL") && message.contains("BF16"), message);
        }
    }

    @Test
    void aTensorIsNotReadIntoABlockOfAnotherSize() throws IOException {
        SafetensorsFiles.write(file, SafetensorsFiles.entry("x", "F32", "3", 0, 12), new byte[12]);
        try (Safetensors open = Safetensors.open(file)) {
            StoredTensor tensor = open.tensors().firstEntry().getValue();

            assertThrows(IOException.class, () -> open.read(tensor, Matrix.zeros(1, 2)));
        }
    }

    @Test
    void aBlockHasAsManyElementsAsItsShape() {
        assertThrows(
                IllegalArgumentException.class, () -> new Safetensors.Block(List.of(2, 2), Matrix.row(new float[3])));
    }

    private void assertHolds(SequencedMap<String, Safetensors.Block> written) throws IOException {
        try (Safetensors open = Safetensors.open(file)) {
            assertEquals(written.keySet(), open.tensors().keySet());
            for (StoredTensor tensor : open.tensors().values()) {
                Safetensors.Block block = Objects.requireNonNull(written.get(tensor.name()));
                Matrix expected = block.values();
                float[] around = new float[expected.size() + 2];
                Matrix read = new Matrix(around, 1, expected.rows(), expected.cols());
                open.read(tensor, read);

                assertEquals(block.shape().stream().map(Integer::longValue).toList(), tensor.shape());
                assertArrayEquals(bits(expected), bits(read));
                assertEquals(0, around[0]);
                assertEquals(0, around[around.length - 1]);
            }
        }
    }

    private static Safetensors.Block block(Random random) {
        List<Integer> shape = new ArrayList<>();
        int size = 1;
        for (int dimensions = random.nextInt(4); dimensions > 0; dimensions--) {
            shape.add(random.nextInt(7)); // 0 included
            size *= shape.getLast();
        }
        int offset = random.nextInt(5);
        float[] data = new float[offset + size];
        for (int i = 0; i < data.length; i++) {
            data[i] = Float.intBitsToFloat(random.nextInt()); // NaN and infinities included
        }
        return new Safetensors.Block(shape, new Matrix(data, offset, 1, size));
    }

    private static String name(Random random) {
        return random.ints(1 + random.nextInt(20), 0, Character.MIN_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int[] bits(Matrix block) {
        int[] bits = new int[block.size()];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(block.data()[block.offset() + i]));
        return bits;
    }
}
