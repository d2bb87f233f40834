package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Matrix;

class ModelFolderTest {
    private static final CharTokenizer TOKENIZER = CharTokenizer.of("\u0000\t\n\r \"'\\/<|bos|>é\u2028中😀");

    @TempDir
    Path parent;

    static Stream<GptConfig> configs() {
        return Arrays.stream(Architecture.values())
                .flatMap(architecture -> Arrays.stream(Head.values())
                        .map(head -> new GptConfig(architecture, TOKENIZER.vocabSize(), 9, 12, 2, 3, head, 1e-6f)))
                .flatMap(config -> config.architecture().isRotary()
                        ? Stream.of(
                                config, config.withHeads(1, 6).withMlpWidth(20).withRotaryBase(1024.3f))
                        : Stream.of(config));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void aModelIsReadBackBitForBit(GptConfig config) throws IOException {
        SavedModel saved = model(config);
        Path folder = parent.resolve("new/folder");
        ModelFolder.save(folder, saved);
        SavedModel loaded = ModelFolder.load(folder);

        assertEquals(config, loaded.config());
        assertArrayEquals(saved.parameters().values(), loaded.parameters().values());
        CharTokenizer tokenizer = (CharTokenizer) loaded.tokenizer();
        assertArrayEquals(TOKENIZER.characters(), tokenizer.characters());
    }

    @ParameterizedTest
    @MethodSource("configs")
    void savingAgainReplacesTheModelAndLeavesOtherFiles(GptConfig config) throws IOException {
        Files.writeString(parent.resolve("notes.txt"), "mine");
        ModelFolder.save(parent, model(config));
        SavedModel second = model(config);
        second.parameters().values()[Matrix.ALIGNED_START] = 42;
        ModelFolder.save(parent, second);

        assertEquals(42, ModelFolder.load(parent).parameters().values()[Matrix.ALIGNED_START]);
        try (Stream<Path> files = Files.list(parent)) {
            assertEquals(
                    Set.of("notes.txt", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
                    files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet()));
        }
    }

    @Test
    void gpt2sTensorsHaveTheNamesOfGpt2LmHeadModel() throws IOException {
        ModelFolder.save(
                parent,
                model(new GptConfig(Architecture.GPT2, TOKENIZER.vocabSize(), 9, 12, 1, 3, Head.UNTIED, 1e-5f)));
        try (Safetensors weights = Safetensors.open(parent.resolve("model.safetensors"))) {
            assertEquals(
                    Stream.concat(
                                    Stream.of(
                                                    "wte.weight",
                                                    "wpe.weight",
                                                    "h.0.ln_1.weight",
                                                    "h.0.ln_1.bias",
                                                    "h.0.attn.c_attn.weight",
                                                    "h.0.attn.c_attn.bias",
                                                    "h.0.attn.c_proj.weight",
                                                    "h.0.attn.c_proj.bias",
                                                    "h.0.ln_2.weight",
                                                    "h.0.ln_2.bias",
                                                    "h.0.mlp.c_fc.weight",
                                                    "h.0.mlp.c_fc.bias",
                                                    "h.0.mlp.c_proj.weight",
                                                    "h.0.mlp.c_proj.bias",
                                                    "ln_f.weight",
                                                    "ln_f.bias")
                                            .map("transformer."::concat),
                                    Stream.of("lm_head.weight"))
                            .toList(),
                    List.copyOf(weights.tensors().keySet()));
            assertEquals(List.of(12L, 36L), shape(weights, "transformer.h.0.attn.c_attn.weight"));
            assertEquals(List.of(36L), shape(weights, "transformer.h.0.attn.c_attn.bias"));
        }
    }

    @Test
    void aGpt2OfOtherSoftwareIsRead() throws IOException {
        GptConfig config = new GptConfig(Architecture.GPT2, TOKENIZER.vocabSize(), 9, 12, 2, 3, Head.TIED, 1e-5f);
        SavedModel saved = model(config);
        ModelFolder.save(parent, saved);
        // The keys that Hugging Face's own defaults cover may be missing, and others mean nothing to the computation.
        Files.writeString(parent.resolve("config.json"), """
                {"model_type": "gpt2", "vocab_size": %d, "n_positions": 9, "n_embd": 12, "n_layer": 2, "n_head": 3,
                 "n_inner": null, "activation_function": "gelu_pytorch_tanh", "scale_attn_weights": true,
                 "scale_attn_by_inverse_layer_idx": false, "reorder_and_upcast_attn": false, "attn_pdrop": 0.1,
                 "summary_type": "cls_index", "task_specific_params": {"text-generation": {"do_sample": true}}}
                """.formatted(TOKENIZER.vocabSize()));
        // Names without the prefix, and the causal masks that older files hold.
        SequencedMap<String, Safetensors.Block> blocks = blocks(saved);
        blocks.put("h.0.attn.bias", new Safetensors.Block(List.of(1, 1, 9, 9), Matrix.zeros(9, 9)));
        blocks.put("h.1.attn.masked_bias", new Safetensors.Block(List.of(), Matrix.zeros(1, 1)));
        AtomicFiles.write(parent.resolve("model.safetensors"), Safetensors.content(blocks));
        SavedModel loaded = ModelFolder.load(parent);

        assertEquals(config, loaded.config());
        assertArrayEquals(saved.parameters().values(), loaded.parameters().values());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"rope_theta\": 1024.0, \"rope_scaling\": null",
                "\"rope_parameters\": {\"rope_theta\": 1024.0, \"rope_type\": \"default\"}"
            })
    void aLlamaOfOtherSoftwareIsRead(String rotation) throws IOException {
        GptConfig config = new GptConfig(Architecture.LLAMA, TOKENIZER.vocabSize(), 9, 12, 2, 3, Head.UNTIED, 1e-6f)
                .withMlpWidth(20)
                .withRotaryBase(1024);
        SavedModel saved = model(config);
        ModelFolder.save(parent, saved);
        Files.writeString(parent.resolve("config.json"), """
                {"model_type": "llama", "vocab_size": %d, "max_position_embeddings": 9, "hidden_size": 12,
                 "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 3, "pretraining_tp": 1,
                 "use_cache": true, %s}
                """.formatted(TOKENIZER.vocabSize(), rotation));
        // Older files hold the frequencies of rotary positions.
        SequencedMap<String, Safetensors.Block> blocks = blocks(saved);
        blocks.put(
                "model.layers.0.self_attn.rotary_emb.inv_freq", new Safetensors.Block(List.of(2), Matrix.zeros(1, 2)));
        AtomicFiles.write(parent.resolve("model.safetensors"), Safetensors.content(blocks));
        SavedModel loaded = ModelFolder.load(parent);

        assertEquals(config, loaded.config());
        assertArrayEquals(saved.parameters().values(), loaded.parameters().values());
    }

    @Test
    void aLlamaHasTheKeysAndTensorsOfHuggingFace() throws IOException {
        GptConfig config = new GptConfig(Architecture.LLAMA, TOKENIZER.vocabSize(), 9, 12, 1, 2, Head.UNTIED, 1e-6f)
                .withHeads(1, 8);
        ModelFolder.save(parent, model(config));
        JsonObject json = JsonObject.read(parent.resolve("config.json"));
        try (Safetensors weights = Safetensors.open(parent.resolve("model.safetensors"))) {
            String block = "model.layers.0.";
            assertEquals(List.of(16L, 12L), shape(weights, block + "self_attn.q_proj.weight"));
            assertEquals(List.of(8L, 12L), shape(weights, block + "self_attn.k_proj.weight"));
            assertEquals(List.of(8L, 12L), shape(weights, block + "self_attn.v_proj.weight"));
            assertEquals(List.of(12L, 16L), shape(weights, block + "self_attn.o_proj.weight"));
            assertEquals(List.of(32L, 12L), shape(weights, block + "mlp.gate_proj.weight"));
            assertEquals(List.of(32L, 12L), shape(weights, block + "mlp.up_proj.weight"));
            assertEquals(List.of(12L, 32L), shape(weights, block + "mlp.down_proj.weight"));
            assertEquals(List.of(12L), shape(weights, block + "input_layernorm.weight"));
            assertEquals(List.of(12L), shape(weights, block + "post_attention_layernorm.weight"));
            assertEquals(List.of(12L), shape(weights, "model.norm.weight"));
            assertEquals(List.of((long) config.vocabSize(), 12L), shape(weights, "model.embed_tokens.weight"));
            assertEquals(List.of((long) config.vocabSize(), 12L), shape(weights, "lm_head.weight"));
            assertEquals(12, weights.tensors().size());
        }

        assertEquals("llama", json.text("model_type"));
        assertEquals(1, json.integer("num_key_value_heads"));
        assertEquals(8, json.integer("head_dim"));
        assertEquals(32, json.integer("intermediate_size"));
        assertEquals(10_000, json.number("rope_theta"));
        assertEquals(1e-6, json.number("rms_norm_eps"));
        assertEquals("silu", json.text("hidden_act"));
    }

    @Test
    void aQwen3HasTheKeysAndTensorsOfALlamaAndTheGainsOfItsHeads() throws IOException {
        GptConfig config = new GptConfig(Architecture.QWEN3, TOKENIZER.vocabSize(), 9, 12, 1, 2, Head.UNTIED, 1e-6f)
                .withHeads(1, 8);
        ModelFolder.save(parent, model(config));
        JsonObject json = JsonObject.read(parent.resolve("config.json"));
        try (Safetensors weights = Safetensors.open(parent.resolve("model.safetensors"))) {
            assertEquals(List.of(8L), shape(weights, "model.layers.0.self_attn.q_norm.weight"));
            assertEquals(List.of(8L), shape(weights, "model.layers.0.self_attn.k_norm.weight"));
            assertEquals(List.of(16L, 12L), shape(weights, "model.layers.0.self_attn.q_proj.weight"));
            assertEquals(14, weights.tensors().size());
        }

        assertEquals("qwen3", json.text("model_type"));
        assertEquals(8, json.integer("head_dim"));
        assertEquals(false, json.truth("use_sliding_window"));
    }

    @Test
    void whatATokenizersLibraryPutsAroundATextDoesNotMatter() throws IOException {
        ModelFolder.save(parent, model(configs().findFirst().orElseThrow()));
        Path file = parent.resolve("tokenizer.json");
        String json = Files.readString(file);
        assertTrue(json.contains("\"post_processor\" : null"));
        Files.writeString(
                file,
                json.replace(
                        "\"post_processor\" : null",
                        "\"post_processor\" : {\"type\": \"TemplateProcessing\", \"single\": [], \"pair\": []}"));

        assertArrayEquals(
                TOKENIZER.characters(),
                ((CharTokenizer) ModelFolder.load(parent).tokenizer()).characters());
    }

    @Test
    void weightsInSeveralFilesAreReadAsOfOne() throws IOException {
        SavedModel saved = model(configs().findFirst().orElseThrow());
        inTwoFiles(saved);

        assertArrayEquals(
                saved.parameters().values(),
                ModelFolder.load(parent).parameters().values());
    }

    @ParameterizedTest
    @CsvSource({
        "second.safetensors, ../second.safetensors, it must be the name of a file beside this one",
        "second.safetensors, third.safetensors, third.safetensors: there is no such file",
        "\"lm_head.weight\" : \"second.safetensors\", \"lm_head.weight\" : \"first.safetensors\", is first.safetensors; it must be second.safetensors",
        "\"lm_head.weight\", \"head\", it must be a file with that tensor",
        "weight_map, weights, the key weight_map is missing",
    })
    void aListOfFilesThatIsWrongIsRefused(String listed, String other, String message) throws IOException {
        inTwoFiles(model(configs().toList().get(1)));
        Path index = parent.resolve("model.safetensors.index.json");
        Files.writeString(index, Files.readString(index).replace(listed, other));

        IOException refused = assertThrows(IOException.class, () -> ModelFolder.load(parent));
        assertTrue(String.valueOf(refused.getMessage()).replace("\"", "").contains(message), refused.getMessage());
    }

    @Test
    void aTensorThatIsInTwoFilesIsRefused() throws IOException {
        inTwoFiles(model(configs().findFirst().orElseThrow()));
        Files.copy(
                parent.resolve("first.safetensors"),
                parent.resolve("second.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);

        IOException refused = assertThrows(IOException.class, () -> ModelFolder.load(parent));
        assertTrue(String.valueOf(refused.getMessage()).contains("is in first.safetensors, too"), refused.getMessage());
    }

    /** As large models come. */
    private void inTwoFiles(SavedModel saved) throws IOException {
        ModelFolder.save(parent, saved);
        Files.delete(parent.resolve("model.safetensors"));
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, SequencedMap<String, Safetensors.Block>> contents = new LinkedHashMap<>();
        blocks(saved).forEach((name, block) -> {
            String file = files.size() < 3 ? "first.safetensors" : "second.safetensors";
            contents.computeIfAbsent(file, _ -> new LinkedHashMap<>()).put(name, block);
            files.put(name, file);
        });
        for (Map.Entry<String, SequencedMap<String, Safetensors.Block>> file : contents.entrySet()) {
            AtomicFiles.write(parent.resolve(file.getKey()), Safetensors.content(file.getValue()));
        }
        JsonObject.write(parent.resolve("model.safetensors.index.json"), Map.of("weight_map", files));
    }

    @Test
    void partsThatDoNotBelongTogetherMakeNoModel() {
        GptConfig config = configs().findFirst().orElseThrow();
        GptConfig wider = new GptConfig(
                config.architecture(), config.vocabSize(), 9, 24, 2, 3, config.head(), config.normEpsilon());
        Parameters parameters = model(config).parameters();

        assertThrows(IllegalArgumentException.class, () -> new SavedModel(config, parameters, CharTokenizer.of("abc")));
        assertThrows(IllegalArgumentException.class, () -> new SavedModel(wider, parameters, TOKENIZER));
    }

    @Test
    void aTokenizerOfAnotherKindIsNotWritten() {
        SavedModel model = model(configs().findFirst().orElseThrow());
        SavedModel other = new SavedModel(model.config(), model.parameters(), new Nothing());

        assertThrows(IllegalArgumentException.class, () -> ModelFolder.save(parent.resolve("x"), other));
    }

    private static SequencedMap<String, Safetensors.Block> blocks(SavedModel saved) {
        SequencedMap<String, Safetensors.Block> blocks = new LinkedHashMap<>();
        saved.parameters()
                .declared()
                .forEach((name, parameter) -> blocks.put(
                        name,
                        new Safetensors.Block(
                                parameter.shape(),
                                parameter.in(saved.parameters().values()))));
        return blocks;
    }

    private static SavedModel model(GptConfig config) {
        return model(config, TOKENIZER);
    }

    static SavedModel model(GptConfig config, CharTokenizer tokenizer) {
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new Random(1));
        return new SavedModel(config, parameters, tokenizer);
    }

    private static List<Long> shape(Safetensors weights, String name) {
        return Objects.requireNonNull(weights.tensors().get(name)).shape();
    }

    /** As a long line of one character has them, and a block of NUL twice as long in the alphabet of bytes. */
    @Test
    void aTokenizerWithVeryLongTokensIsReadAsItWasWritten() throws IOException {
        BpeTrainer trainer = new BpeTrainer(PreTokenization.GPT2, 1);
        byte[] text = new byte[300_000];
        trainer.add(text);
        BpeTokenizer tokenizer = trainer.train(300, List.of(SpecialTokens.END_OF_TEXT));
        assertTrue(tokenizer.vocabulary().tokens().stream().anyMatch(token -> token.length > 100_000));
        TokenizerFolder.save(parent.resolve("long"), tokenizer);
        Tokenizer read = TokenizerFolder.load(parent.resolve("long"));
        assertArrayEquals(tokenizer.encode(text), read.encode(text));
    }

    @Test
    void ofATokenizerThatCannotBeWrittenNothingIsLeft() throws IOException {
        Path made = parent.resolve("made");
        // No file can take the place of a folder with something in it.
        Files.createDirectories(made.resolve("tokenizer.json/inside"));
        assertThrows(IOException.class, () -> TokenizerFolder.save(made, CharTokenizer.of("ab")));
        try (Stream<Path> left = Files.list(made)) {
            assertEquals(List.of(made.resolve("tokenizer.json")), left.toList());
        }
    }

    /** A tokenizer of the right size that no file describes. */
    private static final class Nothing implements Tokenizer {
        @Override
        public int[] encode(String text) {
            return new int[0];
        }

        @Override
        public String decode(int... tokens) {
            return "";
        }

        @Override
        public int vocabSize() {
            return TOKENIZER.vocabSize();
        }

        @Override
        public int bos() {
            return 0;
        }

        @Override
        public int eos() {
            return 0;
        }
    }
}
