package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.Matrix;

/** A folder that is no model of ours is refused with the file, the key or tensor, and both values. */
class RefusedModelFolderTest {
    @TempDir
    Path folder;

    @BeforeEach
    void saveAModel() throws IOException {
        save(Architecture.GPT2);
    }

    @Test
    void whatIsNoFolder() {
        assertRefused(folder.resolve("none"), "not a folder", "config.json, model.safetensors, tokenizer.json");
        assertRefused(folder.resolve("config.json"), "not a folder");
    }

    @Test
    void aFolderWithoutItsConfiguration() throws IOException {
        Files.delete(folder.resolve("config.json"));

        assertRefused(folder, "no config.json", "config.json, model.safetensors, tokenizer.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "tokenizer.json"})
    void aFolderWithoutAnotherFile(String name) throws IOException {
        Files.delete(folder.resolve(name));

        assertRefused(folder, folder.resolve(name) + ": there is no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json"})
    void aFileThatIsNotJson(String name) throws IOException {
        Files.writeString(folder.resolve(name), "{\"model_type\": gpt2}");

        assertRefused(folder, name, "byte 15");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model_type", "vocab_size", "n_positions", "n_embd", "n_layer", "n_head"})
    void aConfigurationWithoutAKey(String key) throws IOException {
        edit("config.json", "\"" + key + "\" :", "\"renamed\" :");

        assertRefused(folder, "config.json", "key " + key + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rms_norm_eps", "tie_word_embeddings"})
    void ourOwnConfigurationWithoutAKey(String key) throws IOException {
        save(Architecture.RANDYGPT);
        edit("config.json", "\"" + key + "\" :", "\"renamed\" :");

        assertRefused(folder, "config.json", "key " + key + " is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"gpt2\"', '\"mistral\"', model_type",
        "'\"gpt2\"', '\"llama\"', hidden_size",
        "'\"gpt2\"', '3', model_type",
        "'\"gelu_new\"', '\"gelu\"', activation_function",
        "'\"n_ctx\" : 9', '\"n_inner\" : 40', n_inner",
        "'\"n_ctx\" : 9', '\"n_inner\" : \"48\"', n_inner",
        "'\"n_ctx\" : 9', '\"scale_attn_by_inverse_layer_idx\" : true', scale_attn_by_inverse_layer_idx",
        "'\"n_ctx\" : 9', '\"scale_attn_weights\" : false', scale_attn_weights",
        "'\"n_ctx\" : 9', '\"add_cross_attention\" : true', add_cross_attention",
        "'\"n_embd\" : 12', '\"n_embd\" : \"12\"', n_embd",
        "'\"n_embd\" : 12', '\"n_embd\" : 12.5', n_embd",
        "'\"n_embd\" : 12', '\"n_embd\" : 12000000000', n_embd",
        "'\"n_embd\" : 12', '\"n_embd\" : 13', 13",
        "'\"n_layer\" : 2', '\"n_layer\" : 0', layers",
        "'\"n_layer\" : 2', '\"n_layer\" : 2000000000', 2000000000",
        "'\"n_positions\" : 9', '\"n_positions\" : 2000000000', 2000000000",
        "'\"tie_word_embeddings\" : false', '\"tie_word_embeddings\" : 0', tie_word_embeddings",
        "'\"layer_norm_epsilon\" : 1.0E-5', '\"layer_norm_epsilon\" : \"small\"', layer_norm_epsilon",
        "'\"layer_norm_epsilon\" : 1.0E-5', '\"layer_norm_epsilon\" : 1e999', epsilon",
        "'\"vocab_size\" : 7', '\"vocab_size\" : 8', vocab_size",
        "'\"bos_token_id\" : 5', '\"bos_token_id\" : 0', bos_token_id",
        "'\"eos_token_id\" : 6', '\"eos_token_id\" : 50256', eos_token_id",
    })
    void aConfigurationThatIsNotImplementedOrCannotBe(String from, String to, String key) throws IOException {
        edit("config.json", from, to);

        assertRefused(folder, key);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"silu\"', '\"gelu\"', hidden_act",
        "'\"attention_bias\" : false', '\"attention_bias\" : true', attention_bias",
        "'\"mlp_bias\" : false', '\"mlp_bias\" : true', mlp_bias",
        "'\"mlp_bias\" : false', '\"rope_scaling\" : {\"type\": \"linear\", \"factor\": 2}', rope_scaling.type",
        "'\"mlp_bias\" : false', '\"rope_scaling\" : {\"rope_type\": \"llama3\"}', rope_scaling.rope_type",
        "'\"mlp_bias\" : false', '\"rope_parameters\" : {\"rope_type\": \"yarn\"}', rope_parameters.rope_type",
        "'\"mlp_bias\" : false', '\"rope_parameters\" : {\"partial_rotary_factor\": 0.5}', partial_rotary_factor",
        "'\"num_key_value_heads\" : 3', '\"num_key_value_heads\" : 2', key/value heads",
        "'\"num_key_value_heads\" : 3', '\"num_key_value_heads\" : 0', key/value heads",
        "'\"head_dim\" : 4', '\"head_dim\" : 3', rotary positions",
        "'\"head_dim\" : 4', '\"head_dim\" : 5000000', 5000000",
        "'\"intermediate_size\" : 32', '\"intermediate_size\" : -1', MLP",
        "'\"rope_theta\" : 10000.0', '\"rope_theta\" : 1', rotary base",
        "'\"num_key_value_heads\" : 3', '\"num_key_value_heads\" : 1', '[12, 12]; config.json asks for [4, 12]'",
        "'\"intermediate_size\" : 32', '\"intermediate_size\" : 16', '[32, 12]; config.json asks for [16, 12]'",
    })
    void aLlamaThatIsNotImplementedOrCannotBe(String from, String to, String message) throws IOException {
        save(Architecture.LLAMA);
        edit("config.json", from, to);

        assertRefused(folder, message);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"use_sliding_window\" : false', '\"use_sliding_window\" : true', use_sliding_window",
        "'\"head_dim\" :', '\"renamed\" :', the key head_dim is missing",
        "'\"num_key_value_heads\" :', '\"renamed\" :', the key num_key_value_heads is missing",
        "'\"model_type\" : \"qwen3\"', '\"model_type\" : \"llama\"', no tensor model.layers.0.self_attn.q_norm.weight",
    })
    void aQwen3ThatIsNotImplementedOrCannotBe(String from, String to, String message) throws IOException {
        save(Architecture.QWEN3);
        edit("config.json", from, to);

        assertRefused(folder, message);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"n_embd\" : 12', '\"n_embd\" : 24', '[7, 12]; config.json asks for [7, 24]'",
        "'\"n_layer\" : 2', '\"n_layer\" : 3', 'no tensor h.2.ln_1.weight'",
        "'\"n_layer\" : 2', '\"n_layer\" : 1', 'no tensor transformer.h.1.ln_1.weight'",
        "'\"n_positions\" : 9', '\"n_positions\" : 10', '[9, 12]; config.json asks for [10, 12]'",
        "'\"tie_word_embeddings\" : false', '\"tie_word_embeddings\" : true', 'no tensor lm_head.weight'",
    })
    void weightsOfAnotherModel(String from, String to, String message) throws IOException {
        edit("config.json", from, to);

        assertRefused(folder, "model.safetensors", message);
    }

    @Test
    void twoTensorsOfOneName() throws IOException {
        SequencedMap<String, Safetensors.Block> blocks = new LinkedHashMap<>();
        blocks.put("transformer.wte.weight", new Safetensors.Block(List.of(7, 12), Matrix.zeros(7, 12)));
        blocks.put("wte.weight", new Safetensors.Block(List.of(7, 12), Matrix.zeros(7, 12)));
        AtomicFiles.write(folder.resolve("model.safetensors"), Safetensors.content(blocks));

        assertRefused(folder, "model.safetensors", "transformer.wte.weight and wte.weight");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"normalizer\" : null', '\"normalizer\" : {\"type\": \"NFC\"}', normalizer",
        "'\"pre_tokenizer\" : null', '\"pre_tokenizer\" : {\"type\": \"ByteLevel\"}', pre_tokenizer",
        "'\"Fuse\"', '\"ByteLevel\"', decoder.type",
        "'\"BPE\"', '\"WordPiece\"', model.type",
        "'\"unk_token\" : null', '\"unk_token\" : \"a\"', model.unk_token",
        "'\"byte_fallback\" : false', '\"byte_fallback\" : true', model.byte_fallback",
        "'\"merges\" : [ ]', '\"merges\" : [[\"a\", \"b\"]]', model.merges",
        "'\"merges\" : [ ]', '\"merges\" : 3', model.merges",
        "'\"a\" : 0', '\"ab\" : 0', model.vocab.ab",
        "'\"a\" : 0', '\"\" : 0', model.vocab.",
        "'\"a\" : 0', '\"a\" : 1', model.vocab.",
        "'\"a\" : 0', '\"a\" : 5', model.vocab.a",
        "'\"a\" : 0', '\"a\" : \"0\"', model.vocab.a",
        "'\"a\" : 0', '\"f\" : 0', model.vocab",
        "'<|bos|>', '<s>', added_tokens[0].content",
        "'\"id\" : 6', '\"id\" : 7', added_tokens[1].id",
        "'\"special\" : true', '\"special\" : false', added_tokens[0].special",
    })
    void aTokenizerOfAnotherKind(String from, String to, String key) throws IOException {
        edit("tokenizer.json", from, to);

        assertRefused(folder, "tokenizer.json: " + key);
    }

    private void save(Architecture architecture) throws IOException {
        ModelFolder.save(
                folder,
                ModelFolderTest.model(
                        new GptConfig(architecture, 7, 9, 12, 2, 3, Head.UNTIED, 1e-5f), CharTokenizer.of("abcde")));
    }

    private void edit(String name, String from, String to) throws IOException {
        String text = Files.readString(folder.resolve(name));
        assertTrue(text.contains(from), text);
        Files.writeString(folder.resolve(name), text.replace(from, to));
    }

    private static void assertRefused(Path folder, String... parts) {
        IOException refused = assertThrows(IOException.class, () -> ModelFolder.load(folder));
        String message = String.valueOf(refused.getMessage());

        assertEquals(IOException.class, refused.getClass());
        assertTrue(message.startsWith(folder.toString()), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message + " | " + part);
        }
    }
}
