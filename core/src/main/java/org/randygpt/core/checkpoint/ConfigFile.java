package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.Tokenizer;

/** The shape of a model as config.json has it, in the keys of Hugging Face's GPT2Config or {@link LlamaKeys}. */
final class ConfigFile {
    static final String NAME = "config.json";

    private static final String GPT2_EPSILON = "layer_norm_epsilon";

    private static final Set<String> GELU_BY_TANH = Set.of("gelu_new", "gelu_pytorch_tanh");

    private ConfigFile() {}

    static FileContent of(GptConfig config, Tokenizer tokenizer) {
        SequencedMap<String, Object> keys = config.architecture().isRotary() ? LlamaKeys.of(config) : gpt2Keys(config);
        keys.put("tie_word_embeddings", config.head() == Head.TIED);
        keys.put("bos_token_id", tokenizer.bos());
        keys.put("eos_token_id", tokenizer.eos());
        keys.put("torch_dtype", "float32");
        return JsonObject.content(keys);
    }

    private static SequencedMap<String, Object> gpt2Keys(GptConfig config) {
        boolean gpt2 = config.architecture() == Architecture.GPT2;
        SequencedMap<String, Object> keys = new LinkedHashMap<>();
        if (gpt2) {
            keys.put("architectures", List.of("GPT2LMHeadModel"));
        }
        keys.put("model_type", modelType(config.architecture()));
        keys.put("vocab_size", config.vocabSize());
        keys.put("n_positions", config.context());
        if (gpt2) {
            keys.put("n_ctx", config.context());
        }
        keys.put("n_embd", config.width());
        keys.put("n_layer", config.layers());
        keys.put("n_head", config.heads());
        keys.put(gpt2 ? GPT2_EPSILON : LlamaKeys.EPSILON, shortest(config.normEpsilon()));
        if (gpt2) {
            keys.put("activation_function", "gelu_new");
            for (String dropout : List.of("attn_pdrop", "embd_pdrop", "resid_pdrop")) {
                keys.put(dropout, 0.0);
            }
        }
        return keys;
    }

    /** The shortest decimal that reads back as the same float, not the float's exact value. */
    static Double shortest(float value) {
        return Double.valueOf(Float.toString(value));
    }

    static GptConfig read(Path folder) throws IOException {
        JsonObject json = JsonObject.read(folder.resolve(NAME));
        Architecture architecture = architecture(json);
        try {
            return architecture.isRotary() ? LlamaKeys.read(json, architecture) : readGpt2(json, architecture);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("%s: %s".formatted(folder.resolve(NAME), impossible.getMessage()), impossible);
        }
    }

    private static GptConfig readGpt2(JsonObject json, Architecture architecture) throws IOException {
        boolean gpt2 = architecture == Architecture.GPT2;
        if (gpt2) {
            refuseWhatIsNotImplemented(json);
        }
        // What Hugging Face takes for granted when a GPT-2's file does not say it; ours always does.
        boolean tied = (gpt2 && !json.has("tie_word_embeddings")) || json.truth("tie_word_embeddings");
        String epsilonKey = gpt2 ? GPT2_EPSILON : LlamaKeys.EPSILON;
        double epsilon = gpt2 && !json.has(epsilonKey) ? 1e-5 : json.number(epsilonKey);
        return new GptConfig(
                architecture,
                json.integer("vocab_size"),
                json.integer("n_positions"),
                json.integer("n_embd"),
                json.integer("n_layer"),
                json.integer("n_head"),
                tied ? Head.TIED : Head.UNTIED,
                (float) epsilon);
    }

    /** Throws when the file and the tokenizer beside it disagree. */
    static void requireSameVocabulary(Path folder, Tokenizer tokenizer) throws IOException {
        JsonObject json = JsonObject.read(folder.resolve(NAME));
        // Another size says the most, and comes first.
        SequencedMap<String, Integer> expected = new LinkedHashMap<>();
        expected.put("vocab_size", tokenizer.vocabSize());
        expected.put("bos_token_id", tokenizer.bos());
        expected.put("eos_token_id", tokenizer.eos());
        for (Map.Entry<String, Integer> entry : expected.entrySet()) {
            if (json.has(entry.getKey()) && json.integer(entry.getKey()) != entry.getValue()) {
                throw json.wrong(entry.getKey(), "%d, as %s has it".formatted(entry.getValue(), TokenizerFile.NAME));
            }
        }
    }

    private static Architecture architecture(JsonObject json) throws IOException {
        String type = json.text("model_type");
        for (Architecture architecture : Architecture.values()) {
            if (modelType(architecture).equals(type)) {
                return architecture;
            }
        }
        throw json.wrong(
                "model_type",
                Arrays.stream(Architecture.values()).map(ConfigFile::modelType).collect(Collectors.joining(" or ")));
    }

    private static void refuseWhatIsNotImplemented(JsonObject json) throws IOException {
        if (json.has("activation_function") && !GELU_BY_TANH.contains(json.text("activation_function"))) {
            throw json.wrong("activation_function", "gelu_new or gelu_pytorch_tanh");
        }
        if (json.has("n_inner") && json.integer("n_inner") != 4L * json.integer("n_embd")) {
            throw json.wrong("n_inner", "null or 4 · n_embd, which is %d".formatted(4L * json.integer("n_embd")));
        }
        requireTruth(json, "scale_attn_weights", true);
        requireTruth(json, "scale_attn_by_inverse_layer_idx", false);
        requireTruth(json, "add_cross_attention", false);
    }

    static void requireTruth(JsonObject json, String key, boolean only) throws IOException {
        if (json.has(key) && json.truth(key) != only) {
            throw json.wrong(key, "%s: nothing else is implemented".formatted(only));
        }
    }

    static String modelType(Architecture architecture) {
        return architecture.name().toLowerCase(Locale.ROOT);
    }
}
