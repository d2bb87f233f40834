package org.randygpt.core.gguf;

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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.NewFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.gguf.GgufBytes.Entry;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.PreTokenization;

/** Each way in which a file can be wrong is an IOException that says where and what. */
class MalformedGgufTest {
    private static final int COUNT_OF_TENSORS = 8;
    private static final int COUNT_OF_KEYS = 16;
    private static final int LENGTH_OF_THE_FIRST_KEY = 24;

    @TempDir
    Path folder;

    private Path file = Path.of("unset");
    private SavedModel model = model();
    private GgufBytes bytes = bytes(model);

    private static SavedModel model() {
        var tokenizer = TestModels.learnt(PreTokenization.GPT2, "<|endoftext|>");
        return TestModels.random(
                new GptConfig(Architecture.LLAMA, tokenizer.vocabSize(), 5, 8, 1, 2, Head.TIED, 1e-5f), tokenizer);
    }

    private static GgufBytes bytes(SavedModel of) {
        try {
            return GgufBytes.of(of);
        } catch (IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.gguf");
    }

    @Test
    void filesOfOthersAreRead() throws IOException {
        bytes.version = 2;
        bytes.put("general.author", "somebody");
        bytes.put("llama.rope.scaling.type", "none");
        bytes.put("llama.expert_count", 0);
        bytes.keys.remove("llama.vocab_size");
        bytes.keys.remove("llama.attention.key_length");
        bytes.keys.remove("llama.rope.freq_base");
        Collections.reverse(bytes.tensors);
        bytes.write(file);
        assertRead();
    }

    private void assertRead() throws IOException {
        try (GgufModel read = GgufModel.open(file)) {
            for (Parameter parameter : read.parameters().values()) {
                var weights = read.weights(parameter);
                assertArrayEquals(
                        Arrays.copyOfRange(
                                model.parameters().values(), parameter.offset(), parameter.offset() + parameter.size()),
                        Arrays.copyOfRange(weights.data(), weights.offset(), weights.offset() + weights.size()));
            }
        }
    }

    @Test
    void aFileThatIsNotThere() {
        assertRefused("no such file");
    }

    @Test
    void aFileThatEndsAnywhereIsRefusedAndNothingIsLeft() throws IOException {
        byte[] whole = bytes.bytes();
        for (int length = 0; length < whole.length; length += length < 600 ? 1 : 97) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused();
        }
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertRefused("the tensor output_norm.weight is said to have", "the file is not complete, get it anew");
    }

    @Test
    void bytesThatHaveChangedAreReadOrRefusedAndNothingElse() throws IOException {
        byte[] whole = bytes.bytes();
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            byte[] changed = whole.clone();
            // Most of the file are tokens.
            int at = random.nextInt(i % 2 == 0 ? 1200 : whole.length);
            changed[at] = (byte) random.nextInt();
            Files.write(file, changed);
            try (GgufModel read = GgufModel.open(file)) {
                for (Parameter parameter : read.parameters().values()) {
                    read.weights(parameter);
                }
            } catch (IOException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith(file.toString()), refused.getMessage());
            }
        }
    }

    @Test
    void otherMagicAndVersions() throws IOException {
        byte[] whole = bytes.bytes();
        Files.write(file, changed(whole, 0, 0x04034B50));
        assertRefused("byte 0", "0x504B0304", "the letters GGUF, 0x47475546");
        for (int version : new int[] {0, 1, 4, -1}) {
            Files.write(file, changed(whole, 4, version));
            assertRefused("byte 4", "the version is " + Integer.toUnsignedString(version) + "; 2 and 3 can be read");
        }
        Files.write(file, changed(whole, 4, Integer.reverseBytes(3)));
        assertRefused("big-endian");
    }

    @ParameterizedTest
    @ValueSource(ints = {COUNT_OF_TENSORS, COUNT_OF_KEYS, LENGTH_OF_THE_FIRST_KEY})
    void numbersThatTheFileHasNoRoomForAreNotBelieved(int at) throws IOException {
        for (long count : new long[] {1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE, 1L << 31}) {
            byte[] changed = bytes.bytes();
            ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, count);
            Files.write(file, changed);
            assertRefused("byte " + at, "is said to be " + Long.toUnsignedString(count), "possible here");
        }
    }

    @Test
    void listsThatTheFileHasNoRoomForAreNotBelieved() throws IOException {
        byte[] changed = bytes.bytes();
        int at = new String(changed, StandardCharsets.ISO_8859_1).indexOf("tokenizer.ggml.tokens")
                + "tokenizer.ggml.tokens".length()
                + 8;
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, Integer.MAX_VALUE);
        Files.write(file, changed);
        assertRefused("the number of elements of the value of tokenizer.ggml.tokens is said to be 2147483647");
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at - 4, 9);
        Files.write(file, changed);
        assertRefused("is a list of lists");
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at - 4, 77);
        Files.write(file, changed);
        assertRefused("of the unknown type 77; they run from 0 to 12");
    }

    @Test
    void tensorsThatOverlapOrLieElsewhere() throws IOException {
        Entry norm = bytes.tensor("blk.0.attn_norm.weight");
        bytes.replace(norm.name(), new Entry(norm.name(), norm.dimensions(), 0, norm.offset() - 32));
        assertRefusedParts(
                "the tensor blk.0.attn_norm.weight is said to begin at byte", "before the end of token_embd");
        bytes.replace(norm.name(), new Entry(norm.name(), norm.dimensions(), 0, norm.offset() + 4));
        assertRefusedParts("is said to begin at", "it must be a multiple of 32");
        bytes.replace(norm.name(), new Entry(norm.name(), norm.dimensions(), 0, 1L << 50));
        assertRefusedParts("the tensor blk.0.attn_norm.weight is said to have 32 bytes from 1125899906842624 on");
        bytes.replace(norm.name(), new Entry(norm.name(), norm.dimensions(), 0, -32));
        assertRefusedParts("is said to begin at 18446744073709551584");
    }

    @Test
    void whatIsThereTwice() throws IOException {
        bytes.tensors.add(new Entry("output_norm.weight", List.of(0L), 0, 0));
        bytes.tensors.add(new Entry("output_norm.weight", List.of(0L), 0, 0));
        assertRefusedParts("the tensor output_norm.weight is there a second time");
        byte[] whole = bytes.bytes();
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        byte[] twice = text.replace("general.name", "general.type").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, twice);
        assertRefused("the key general.type is there a second time");
    }

    @Test
    void shapesThatCannotBe() throws IOException {
        Entry norm = bytes.tensor("output_norm.weight");
        bytes.replace(norm.name(), new Entry(norm.name(), List.of(4L), 0, norm.offset()));
        assertRefusedParts("the tensor output_norm.weight has the shape [4]", "has [8]");
        bytes.replace(norm.name(), new Entry(norm.name(), List.of(1L << 20, 1L << 20), 0, norm.offset()));
        assertRefusedParts("a dimension of the tensor output_norm.weight is 1048576, for more than 2147483647");
        bytes.replace(norm.name(), new Entry(norm.name(), List.of(-1L), 0, norm.offset()));
        assertRefusedParts("a dimension of the tensor output_norm.weight is 18446744073709551615");
        bytes.replace(norm.name(), new Entry(norm.name(), List.of(1L, 1L, 1L, 1L, 1L), 0, norm.offset()));
        assertRefusedParts("5 dimensions; there are at most 4");
    }

    @ParameterizedTest
    @CsvSource({"2, Q4_0", "12, Q4_K", "39, MXFP4", "99, number 99"})
    void typesThatAreQuantizedAreNamed(int type, String name) throws IOException {
        Entry down = bytes.tensor("blk.0.ffn_down.weight");
        bytes.replace(down.name(), new Entry(down.name(), down.dimensions(), type, down.offset()));
        assertRefusedParts(
                "the elements of blk.0.ffn_down.weight are of the type " + name,
                "F32, F16 and BF16 can be read: take the model before it was quantized");
    }

    @Test
    void tensorsThatAreMissingOrNotKnown() throws IOException {
        bytes.tensors.add(new Entry("rope_freqs.weight", List.of(0L), 0, 0));
        assertRefusedParts("a llama with these keys has no tensor rope_freqs.weight");
        bytes.tensors.removeIf(tensor -> tensor.name().equals("blk.0.ffn_up.weight"));
        assertRefusedParts("there is no tensor blk.0.ffn_up.weight; a model with these keys has one of shape [24, 8]");
    }

    @ParameterizedTest
    @CsvSource({
        "general.architecture, mamba, '\"mamba\"; it must be gpt2, llama, qwen3'",
        "tokenizer.ggml.model, llama, '\"llama\"; it must be gpt2'",
        "tokenizer.ggml.pre, qwen2, '\"qwen2\"; it must be gpt-2, llama-bpe, dbrx'",
        "llama.rope.scaling.type, yarn, '\"yarn\"; it must be none'",
        "llama.attention.scale, 2, '\"2\"; it must be absent'",
        "llama.context_length, long, '\"long\"; it must be a whole number'",
    })
    void keysThatMatter(String key, String value, String message) throws IOException {
        bytes.put(key, value);
        assertRefusedParts(key + " is " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "llama.block_count, 5000, 'there are 11 tensors, fewer than the 5000 layers'",
        "llama.block_count, 0, 'number of layers is 0'",
        "llama.expert_count, 8, it must be 0",
        "llama.attention.value_length, 2, 'it must be 4: nothing else is implemented'",
        "llama.vocab_size, 9, it must be 270",
        "llama.embedding_length, -1, it must be a whole number from 0",
        "llama.attention.head_count, 3, 'does not divide'",
        "general.alignment, 24, 'it must be a power of two'",
        "tokenizer.ggml.bos_token_id, 3, it must be the id of a special token",
        "tokenizer.ggml.eos_token_id, 3000, it must be the id of a special token",
    })
    void numbersThatMatter(String key, int value, String message) throws IOException {
        bytes.put(key, value);
        assertRefusedParts(message);
    }

    @Test
    void keysThatAreMissing() throws IOException {
        for (String key : List.of(
                "general.architecture",
                "llama.block_count",
                "llama.attention.layer_norm_rms_epsilon",
                "tokenizer.ggml.pre",
                "tokenizer.ggml.merges",
                "tokenizer.ggml.tokens")) {
            bytes = bytes(model);
            bytes.keys.remove(key);
            assertRefusedParts("the key %s is missing".formatted(key));
        }
    }

    @Test
    void tokensThatCannotBe() throws IOException {
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < 270; i++) {
            types.add(i == 260 ? 4 : i == 269 ? 3 : 1);
        }
        bytes.put("tokenizer.ggml.token_type", types);
        assertRefusedParts("the token 260,", "is of the type 4; those of the types 1 (normal), 3 (control)");
        bytes.put("tokenizer.ggml.token_type", types.subList(0, 100));
        assertRefusedParts("tokenizer.ggml.tokens has 270 elements and tokenizer.ggml.token_type 100");
        bytes = bytes(model);
        List<String> tokens = new ArrayList<>(bytes.texts("tokenizer.ggml.tokens"));
        tokens.set(5, tokens.get(6));
        bytes.put("tokenizer.ggml.tokens", tokens);
        assertRefusedParts("the tokens 5 and 6 are both");
        bytes = bytes(model);
        bytes.put("tokenizer.ggml.merges", List.of("a b c"));
        assertRefusedParts("merge 0 is \"a b c\"; it must be two tokens");
    }

    @Test
    void aWeightThatIsNoNumberIsNamedAndNothingIsLeft() throws IOException {
        Parameter parameter = model.parameters().declared().lastEntry().getValue();
        model.parameters().values()[parameter.offset() + 3] = Float.NaN;
        bytes(model).write(file);
        Path out = folder.resolve("out");
        try (GgufModel read = GgufModel.open(file)) {
            IOException refused = assertThrows(IOException.class, () -> NewFolder.write(out, ModelFolder.files(read)));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("element 3 of output_norm.weight is NaN"),
                    refused.getMessage());
        }
        try (var left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }

    private static byte[] changed(byte[] whole, int at, int value) {
        byte[] changed = whole.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return changed;
    }

    private void assertRefusedParts(String... parts) throws IOException {
        bytes.write(file);
        assertRefused(parts);
    }

    private void assertRefused(String... parts) {
        IOException refused =
                assertThrows(IOException.class, () -> GgufModel.open(file).close());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith(file.toString()), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
