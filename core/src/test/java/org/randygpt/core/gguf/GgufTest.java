package org.randygpt.core.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.NewFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

class GgufTest {
    @TempDir
    Path parent;

    static Stream<Arguments> models() {
        List<Tokenizer> tokenizers = List.of(
                CharTokenizer.of(TestModels.TEXT),
                TestModels.learnt(PreTokenization.GPT2, "<|endoftext|>"),
                TestModels.learnt(PreTokenization.CL100K, "<s>", "</s>"),
                TestModels.withHoles(),
                TestModels.ofRanks(PreTokenization.CL100K));
        return Stream.of(Architecture.GPT2, Architecture.LLAMA, Architecture.QWEN3)
                .flatMap(architecture -> Stream.of(Head.values())
                        .flatMap(head -> tokenizers.stream().map(tokenizer -> {
                            GptConfig config =
                                    new GptConfig(architecture, tokenizer.vocabSize(), 9, 24, 2, 4, head, 1.1e-5f);
                            return Arguments.of(
                                    architecture.isRotary()
                                            ? config.withHeads(2, 10)
                                                    .withMlpWidth(20)
                                                    .withRotaryBase(1024.3f)
                                            : config,
                                    tokenizer);
                        })));
    }

    @ParameterizedTest
    @MethodSource("models")
    void whatIsWrittenAndReadIsTheSameModel(GptConfig config, Tokenizer tokenizer) throws IOException {
        assertSameAfterwards(TestModels.random(config, tokenizer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-tied", "gpt2-untied", "llama-grouped", "llama-tied", "qwen3"})
    void modelsThatOthersKnowAreTheSameAfterwards(String name) throws IOException {
        assertSameAfterwards(TestModels.reference(name));
    }

    private void assertSameAfterwards(SavedModel model) throws IOException {
        SavedModel read = throughFile(model, TensorType.F32);

        assertEquals(model.config(), read.config());
        assertArrayEquals(model.parameters().values(), read.parameters().values());
        assertEquals(TokenizerFolder.sha256(model.tokenizer()), TokenizerFolder.sha256(read.tokenizer()));
        assertEquals(model.tokenizer().bos(), read.tokenizer().bos());
        assertEquals(model.tokenizer().eos(), read.tokenizer().eos());
        if (model.tokenizer() instanceof BpeTokenizer) {
            assertArrayEquals(
                    model.tokenizer().encode(TestModels.TEXT), read.tokenizer().encode(TestModels.TEXT));
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void matricesAreRoundedAndVectorsAndPositionsAreNot(TensorType type) throws IOException {
        CharTokenizer tokenizer = CharTokenizer.of("abc");
        SavedModel model = TestModels.random(
                new GptConfig(Architecture.GPT2, tokenizer.vocabSize(), 9, 24, 2, 4, Head.UNTIED, 1e-5f), tokenizer);
        SavedModel read = throughFile(model, type);

        for (Map.Entry<String, Parameter> entry : model.parameters().declared().entrySet()) {
            boolean whole = entry.getValue().role() == Parameter.Role.VECTOR
                    || entry.getKey().equals("wpe.weight");
            Matrix before = entry.getValue().in(model.parameters().values());
            Matrix after = entry.getValue().in(read.parameters().values());
            for (int i = 0; i < before.size(); i++) {
                float weight = before.data()[before.offset() + i];
                assertEquals(whole ? weight : rounded(weight, type), after.data()[after.offset() + i], entry.getKey());
            }
        }
    }

    /** By exact arithmetic: the nearest of the type's numbers on both sides, of two the one with an even last bit. */
    private static float rounded(float weight, TensorType type) {
        if (type == TensorType.F16 && Math.abs(weight) < 0x1p-14f) {
            return (float) Math.rint(weight * 0x1p24) * 0x1p-24f;
        }
        int cut = switch (type) {
            case F32 -> 0;
            case F16 -> 13;
            case BF16 -> 16;
        };
        int bits = Float.floatToRawIntBits(weight) >>> cut << cut;
        float below = Float.intBitsToFloat(bits);
        float above = Float.intBitsToFloat(bits + (1 << cut));
        double toBelow = Math.abs((double) weight - below);
        double toAbove = Math.abs((double) above - weight);
        if (toBelow == toAbove) {
            return (bits >>> cut & 1) == 0 ? below : above;
        }
        return toBelow < toAbove ? below : above;
    }

    @Test
    void halvesOfNumbersInTheMiddleAreEven() {
        // Between two neighbours of each type, and the numbers from which on there is only infinity.
        assertRounded(TensorType.BF16, 1 + 0x1p-8f, 1);
        assertRounded(TensorType.BF16, 1 + 0x3p-8f, 1 + 0x2p-7f);
        assertRounded(TensorType.F16, 1 + 0x1p-11f, 1);
        assertRounded(TensorType.F16, 0x1p-25f, 0);
        assertTrue(TensorType.F16.holds(65_519.99f));
        assertFalse(TensorType.F16.holds(65_520));
        assertFalse(TensorType.BF16.holds(Float.MAX_VALUE));
        assertTrue(TensorType.BF16.holds(-0x1.FEp127f));
        assertTrue(TensorType.F32.holds(Float.MAX_VALUE));
    }

    private static void assertRounded(TensorType type, float value, float expected) {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        type.put(bytes, value);
        assertEquals(expected, type.get(bytes.flip()));
    }

    @Test
    void aWeightThatTheTypeCannotHoldIsNamedAndNothingIsLeft() throws IOException {
        SavedModel model = TestModels.reference("llama-tied");
        Parameter last = model.parameters().declared().lastEntry().getValue();
        Parameter matrix =
                Objects.requireNonNull(model.parameters().declared().get("model.layers.0.mlp.down_proj.weight"));
        model.parameters().values()[last.offset()] = 70_000;
        Path file = parent.resolve("x.gguf");
        write(file, model, TensorType.F16);
        model.parameters().values()[matrix.offset()] = 70_000;

        Files.delete(file);
        IOException refused = assertThrows(IOException.class, () -> write(file, model, TensorType.F16));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains(
                                "model.layers.0.mlp.down_proj.weight is 70000.0, which is more than F16 can hold; use BF16 or F32"),
                refused.getMessage());
        try (Stream<Path> left = Files.list(parent)) {
            assertEquals(0, left.count());
        }
        write(file, model, TensorType.BF16);
    }

    @Test
    void gpt2HasTheKeysTensorsAndOrderOfLlamaCpp() throws IOException {
        GgufHeader header = header(TestModels.reference("gpt2-untied"));
        GptConfig config = TestModels.reference("gpt2-untied").config();
        int width = config.width();
        List<String> names = new ArrayList<>(List.of("token_embd.weight", "position_embd.weight"));
        for (int layer = 0; layer < config.layers(); layer++) {
            for (String part : List.of("attn_norm", "attn_qkv", "attn_output", "ffn_norm", "ffn_up", "ffn_down")) {
                names.add("blk.%d.%s.weight".formatted(layer, part));
                names.add("blk.%d.%s.bias".formatted(layer, part));
            }
        }
        names.addAll(List.of("output_norm.weight", "output_norm.bias", "output.weight"));

        assertEquals(names, List.copyOf(header.tensors().keySet()));
        // A row for each output.
        assertEquals(List.of(3 * width, width), shape(header, "blk.0.attn_qkv.weight"));
        assertEquals(List.of(4 * width, width), shape(header, "blk.0.ffn_up.weight"));
        assertEquals(List.of(width, 4 * width), shape(header, "blk.0.ffn_down.weight"));
        assertEquals("gpt2", header.metadata().text("general.architecture"));
        assertEquals(config.layers(), header.metadata().integer("gpt2.block_count"));
        assertEquals(config.context(), header.metadata().integer("gpt2.context_length"));
        assertEquals(width, header.metadata().integer("gpt2.embedding_length"));
        assertEquals(4 * width, header.metadata().integer("gpt2.feed_forward_length"));
        assertEquals(config.heads(), header.metadata().integer("gpt2.attention.head_count"));
        assertEquals(config.normEpsilon(), header.metadata().real("gpt2.attention.layer_norm_epsilon"));
        assertFalse(header.metadata().truth("tokenizer.ggml.add_bos_token"));
    }

    @Test
    void aTiedHeadIsNotThere() throws IOException {
        assertFalse(header(TestModels.reference("gpt2-tied")).tensors().containsKey("output.weight"));
        assertFalse(header(TestModels.reference("llama-tied")).tensors().containsKey("output.weight"));
        assertTrue(header(TestModels.reference("qwen3")).tensors().containsKey("blk.0.attn_q_norm.weight"));
    }

    /** As llama.cpp's converter says it: (heads, 2, D/2) becomes (heads, D/2, 2). */
    @Test
    void rowsOfALlamasHeadAreInPairs() {
        int heads = 3;
        int size = 6;
        int width = 5;
        int[] ours = new int[heads * size * width];
        for (int head = 0; head < heads; head++) {
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < size / 2; i++) {
                    for (int col = 0; col < width; col++) {
                        ours[((head * 2 + half) * (size / 2) + i) * width + col] =
                                ((head * (size / 2) + i) * 2 + half) * width + col;
                    }
                }
            }
        }
        Arrangement pairs = new Arrangement.PairsSideBySide(size, width);
        for (int i = 0; i < ours.length; i++) {
            assertEquals(i, ours[pairs.from(i)]);
        }
    }

    @Test
    void gpt2sMatricesAreTransposed() {
        // (2 inputs, 3 outputs) 0 1 2 / 3 4 5 becomes 0 3 / 1 4 / 2 5.
        Arrangement transposed = new Arrangement.Transposed(2, 3);
        assertArrayEquals(
                new int[] {0, 3, 1, 4, 2, 5},
                IntStream.range(0, 6).map(transposed::from).toArray());
    }

    @Test
    void charactersOfSeveralBytesAreMergedFromTheirBytes() throws IOException {
        CharTokenizer tokenizer = CharTokenizer.of("a é狐");
        SavedModel model = TestModels.random(
                new GptConfig(Architecture.LLAMA, tokenizer.vocabSize(), 9, 12, 1, 3, Head.TIED, 1e-5f), tokenizer);
        Metadata metadata = header(model).metadata();

        assertEquals(List.of("Ġ", "a", "Ã©", "çĭĲ", "<|bos|>", "<|eos|>"), metadata.texts("tokenizer.ggml.tokens"));
        assertEquals(List.of("Ã ©", "ç ĭ", "çĭ Ĳ"), metadata.texts("tokenizer.ggml.merges"));
        assertEquals(List.of(1L, 1L, 1L, 1L, 3L, 3L), metadata.integers("tokenizer.ggml.token_type"));
        assertEquals("gpt-2", metadata.text("tokenizer.ggml.pre"));
    }

    @Test
    void howTextsAreCutHasTheNameOfACutThatDoesTheSame() throws IOException {
        assertEquals("gpt-2", cut(TestModels.learnt(PreTokenization.GPT2, "<|endoftext|>")));
        assertEquals("dbrx", cut(TestModels.learnt(PreTokenization.CL100K, "<|endoftext|>")));
        assertEquals("llama-bpe", cut(TestModels.ofRanks(PreTokenization.CL100K)));
        // All whole words come out of merges, too.
        assertEquals("gpt-2", cut(TestModels.ofRanks(PreTokenization.GPT2)));
    }

    private String cut(Tokenizer tokenizer) throws IOException {
        return header(TestModels.random(
                        new GptConfig(Architecture.QWEN3, tokenizer.vocabSize(), 9, 12, 1, 3, Head.TIED, 1e-5f),
                        tokenizer))
                .metadata()
                .text("tokenizer.ggml.pre");
    }

    @Test
    void anArchitectureThatLlamaCppDoesNotHaveIsRefused() throws IOException {
        SavedModel model = TestModels.reference("randygpt-seed");
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> GgufWriter.content(TestModels.source(model), "x", TensorType.F32));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("no architecture randygpt, it has gpt2, llama, qwen3"));
    }

    /** As converters fill up a vocabulary to the rows of the embedding. */
    @Test
    void tokensAtTheEndThatNobodyUsesKeepTheirRows() throws IOException {
        BpeTokenizer learnt = TestModels.learnt(PreTokenization.GPT2, "<|endoftext|>");
        int rows = learnt.vocabSize() + 3;
        int[] characters = IntStream.range(0, rows - 2).map(i -> 0x4E00 + i).toArray();
        GgufBytes padded = GgufBytes.of(TestModels.random(
                new GptConfig(Architecture.QWEN3, rows, 9, 12, 1, 3, Head.TIED, 1e-5f),
                CharTokenizer.ofCharacters(characters)));
        SequencedMap<String, Object> keys = new LinkedHashMap<>();
        GgufTokenizer.put(keys, learnt);
        padded.keys.putAll(keys);
        List<String> tokens = new ArrayList<>(padded.texts(GgufTokenizer.TOKENS));
        List<Integer> types = new ArrayList<>(Collections.nCopies(rows, GgufTokenizer.NORMAL));
        types.set(learnt.eos(), GgufTokenizer.CONTROL);
        for (int id = learnt.vocabSize(); id < rows; id++) {
            tokens.add("[PAD%d]".formatted(id));
            types.set(id, GgufTokenizer.UNUSED);
        }
        padded.put(GgufTokenizer.TOKENS, tokens);
        padded.put(GgufTokenizer.TYPES, types);
        Path file = parent.resolve("padded.gguf");
        padded.write(file);

        try (GgufModel read = GgufModel.open(file)) {
            assertEquals(rows, read.tokenizer().vocabSize());
            assertEquals(learnt.eos(), read.tokenizer().eos());
            assertArrayEquals(learnt.encode(TestModels.TEXT), read.tokenizer().encode(TestModels.TEXT));
        }
    }

    private GgufHeader header(SavedModel model) throws IOException {
        Path file = Files.createTempFile(parent, "h", ".gguf");
        write(file, model, TensorType.F32);
        try (FileChannel channel = FileChannel.open(file)) {
            return GgufHeader.read(file, channel);
        }
    }

    private static List<Integer> shape(GgufHeader header, String name) {
        return Objects.requireNonNull(header.tensors().get(name)).shape();
    }

    private static void write(Path file, SavedModel model, TensorType type) throws IOException {
        AtomicFiles.write(file, GgufWriter.content(TestModels.source(model), "name", type));
    }

    private SavedModel throughFile(SavedModel model, TensorType type) throws IOException {
        Path file = parent.resolve("model.gguf");
        Path folder = parent.resolve("folder");
        write(file, model, type);
        try (GgufModel read = GgufModel.open(file)) {
            NewFolder.write(folder, ModelFolder.files(read));
        }
        return ModelFolder.load(folder);
    }
}
