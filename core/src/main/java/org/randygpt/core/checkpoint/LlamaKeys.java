package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;

/** The keys of Hugging Face's LlamaConfig and Qwen3Config. */
final class LlamaKeys {
    static final String EPSILON = "rms_norm_eps";

    private static final String ACTIVATION = "hidden_act";
    private static final String KEY_VALUE_HEADS = "num_key_value_heads";
    private static final String HEAD_SIZE = "head_dim";
    private static final String ROTARY_BASE = "rope_theta";

    private LlamaKeys() {}

    static SequencedMap<String, Object> of(GptConfig config) {
        SequencedMap<String, Object> keys = new LinkedHashMap<>();
        boolean qwen3 = config.architecture() == Architecture.QWEN3;
        keys.put("architectures", List.of(qwen3 ? "Qwen3ForCausalLM" : "LlamaForCausalLM"));
        keys.put("model_type", ConfigFile.modelType(config.architecture()));
        keys.put("vocab_size", config.vocabSize());
        keys.put("max_position_embeddings", config.context());
        keys.put("hidden_size", config.width());
        keys.put("intermediate_size", config.mlpWidth());
        keys.put("num_hidden_layers", config.layers());
        keys.put("num_attention_heads", config.heads());
        keys.put(KEY_VALUE_HEADS, config.keyValueHeads());
        keys.put(HEAD_SIZE, config.headSize());
        keys.put(ACTIVATION, "silu");
        keys.put(EPSILON, ConfigFile.shortest(config.normEpsilon()));
        keys.put(ROTARY_BASE, ConfigFile.shortest(config.rotaryBase()));
        keys.put("attention_bias", false);
        keys.put("attention_dropout", 0.0);
        if (qwen3) {
            keys.put("use_sliding_window", false);
        } else {
            keys.put("mlp_bias", false);
        }
        return keys;
    }

    /**
     * What a file does not say is what Hugging Face then takes for granted, but of a Qwen3 heads have to be told, for
     * that would be the heads of one of its models.
     */
    static GptConfig read(JsonObject json, Architecture architecture) throws IOException {
        refuseWhatIsNotImplemented(json);
        int width = json.integer("hidden_size");
        int heads = json.integer("num_attention_heads");
        boolean tied = json.has("tie_word_embeddings") && json.truth("tie_word_embeddings");
        double epsilon = json.has(EPSILON) ? json.number(EPSILON) : 1e-6;
        boolean told = architecture == Architecture.QWEN3;
        int keyValueHeads = told || json.has(KEY_VALUE_HEADS) ? json.integer(KEY_VALUE_HEADS) : heads;
        int headSize = told || json.has(HEAD_SIZE) ? json.integer(HEAD_SIZE) : GptConfig.headSize(width, heads);
        return new GptConfig(
                architecture,
                json.integer("vocab_size"),
                json.integer("max_position_embeddings"),
                width,
                json.integer("num_hidden_layers"),
                heads,
                keyValueHeads,
                headSize,
                json.integer("intermediate_size"),
                tied ? Head.TIED : Head.UNTIED,
                (float) epsilon,
                (float) rotaryBase(json));
    }

    /** Newer files keep it in an object of its own. */
    private static double rotaryBase(JsonObject json) throws IOException {
        if (json.has("rope_parameters") && json.object("rope_parameters").has(ROTARY_BASE)) {
            return json.object("rope_parameters").number(ROTARY_BASE);
        }
        return json.has(ROTARY_BASE) ? json.number(ROTARY_BASE) : GptConfig.ROTARY_BASE;
    }

    private static void refuseWhatIsNotImplemented(JsonObject json) throws IOException {
        if (json.has(ACTIVATION) && !json.text(ACTIVATION).equals("silu")) {
            throw json.wrong(ACTIVATION, "silu");
        }
        ConfigFile.requireTruth(json, "attention_bias", false);
        ConfigFile.requireTruth(json, "mlp_bias", false);
        ConfigFile.requireTruth(json, "use_sliding_window", false);
        for (String key : List.of("rope_scaling", "rope_parameters")) {
            if (json.has(key)) {
                requirePlainRotation(json.object(key));
            }
        }
    }

    private static void requirePlainRotation(JsonObject rotation) throws IOException {
        for (String key : List.of("rope_type", "type")) {
            if (rotation.has(key) && !rotation.text(key).equals("default")) {
                throw rotation.wrong(key, "default: nothing else is implemented");
            }
        }
        if (rotation.has("partial_rotary_factor") && rotation.number("partial_rotary_factor") != 1) {
            throw rotation.wrong("partial_rotary_factor", "1: nothing else is implemented");
        }
    }
}
