package org.randygpt.core.gguf;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;

/** The shape of a model in the keys of llama.cpp. */
final class Hyperparameters {
    static final String ARCHITECTURE = "general.architecture";

    private static final String BLOCKS = "block_count";
    private static final String CONTEXT = "context_length";
    private static final String WIDTH = "embedding_length";
    private static final String MLP_WIDTH = "feed_forward_length";
    private static final String HEADS = "attention.head_count";
    private static final String KEY_VALUE_HEADS = "attention.head_count_kv";
    private static final String KEY_SIZE = "attention.key_length";
    private static final String VALUE_SIZE = "attention.value_length";
    private static final String LAYER_NORM_EPSILON = "attention.layer_norm_epsilon";
    private static final String RMS_NORM_EPSILON = "attention.layer_norm_rms_epsilon";
    private static final String ROTARY_BASE = "rope.freq_base";
    private static final String ROTARY_SIZE = "rope.dimension_count";
    private static final String VOCABULARY = "vocab_size";

    private static final Set<String> KNOWN = Set.of(
            BLOCKS,
            CONTEXT,
            WIDTH,
            MLP_WIDTH,
            HEADS,
            KEY_VALUE_HEADS,
            KEY_SIZE,
            VALUE_SIZE,
            LAYER_NORM_EPSILON,
            RMS_NORM_EPSILON,
            ROTARY_BASE,
            ROTARY_SIZE,
            VOCABULARY);

    /** Keys that change what a model computes unless they have this value. */
    private static final Map<String, Object> WITHOUT_EFFECT = Map.of(
            "attention.causal",
            true,
            "rope.scaling.type",
            "none",
            "expert_count",
            0L,
            "expert_used_count",
            0L,
            "tensor_data_layout",
            "Meta AI original pth");

    private static final List<Architecture> WRITTEN =
            List.of(Architecture.GPT2, Architecture.LLAMA, Architecture.QWEN3);

    private Hyperparameters() {}

    /** Throws {@link IllegalArgumentException} when llama.cpp does not know a model's architecture. */
    static void requireKnown(GptConfig config) {
        if (!WRITTEN.contains(config.architecture())) {
            throw new IllegalArgumentException(
                    "llama.cpp has no architecture %s, it has %s; write another format, or train a model of one of these"
                            .formatted(name(config.architecture()), names()));
        }
    }

    static void put(SequencedMap<String, Object> keys, GptConfig config) {
        String prefix = name(config.architecture()) + ".";
        keys.put(prefix + BLOCKS, config.layers());
        keys.put(prefix + CONTEXT, config.context());
        keys.put(prefix + WIDTH, config.width());
        keys.put(prefix + MLP_WIDTH, config.mlpWidth());
        keys.put(prefix + HEADS, config.heads());
        if (!config.architecture().isRotary()) {
            keys.put(prefix + LAYER_NORM_EPSILON, config.normEpsilon());
            return;
        }
        keys.put(prefix + KEY_VALUE_HEADS, config.keyValueHeads());
        keys.put(prefix + ROTARY_BASE, config.rotaryBase());
        keys.put(prefix + RMS_NORM_EPSILON, config.normEpsilon());
        keys.put(prefix + KEY_SIZE, config.headSize());
        keys.put(prefix + VALUE_SIZE, config.headSize());
        if (config.architecture() == Architecture.LLAMA) {
            keys.put(prefix + VOCABULARY, config.vocabSize());
            keys.put(prefix + ROTARY_SIZE, config.headSize());
        }
    }

    /** The shape of the model of a file. */
    static GptConfig read(Metadata metadata, int vocabSize, Head head) throws IOException {
        Architecture architecture = architecture(metadata);
        String prefix = name(architecture) + ".";
        refuseWhatIsNotKnown(metadata, prefix);
        int width = metadata.integer(prefix + WIDTH);
        int heads = metadata.integer(prefix + HEADS);
        boolean rotary = architecture.isRotary();
        try {
            GptConfig config = new GptConfig(
                    architecture,
                    vocabSize,
                    metadata.integer(prefix + CONTEXT),
                    width,
                    metadata.integer(prefix + BLOCKS),
                    heads,
                    orElse(metadata, prefix + KEY_VALUE_HEADS, heads),
                    metadata.has(prefix + KEY_SIZE)
                            ? metadata.integer(prefix + KEY_SIZE)
                            : GptConfig.headSize(width, heads),
                    metadata.integer(prefix + MLP_WIDTH),
                    head,
                    metadata.real(prefix + (rotary ? RMS_NORM_EPSILON : LAYER_NORM_EPSILON)),
                    rotaryBase(metadata, prefix, rotary));
            for (String size : List.of(VALUE_SIZE, ROTARY_SIZE)) {
                requireSame(metadata, prefix + size, config.headSize());
            }
            requireSame(metadata, prefix + VOCABULARY, vocabSize);
            return config;
        } catch (IllegalArgumentException impossible) {
            throw new IOException(
                    metadata.problem(String.valueOf(impossible.getMessage())).getMessage(), impossible);
        }
    }

    private static float rotaryBase(Metadata metadata, String prefix, boolean rotary) throws IOException {
        if (!rotary) {
            return 0;
        }
        return metadata.has(prefix + ROTARY_BASE) ? metadata.real(prefix + ROTARY_BASE) : GptConfig.ROTARY_BASE;
    }

    private static Architecture architecture(Metadata metadata) throws IOException {
        String given = metadata.text(ARCHITECTURE);
        for (Architecture architecture : WRITTEN) {
            if (name(architecture).equals(given)) {
                return architecture;
            }
        }
        throw metadata.wrong(ARCHITECTURE, names() + ": no others can be read");
    }

    private static void refuseWhatIsNotKnown(Metadata metadata, String prefix) throws IOException {
        for (Map.Entry<String, Object> entry : metadata.values().entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                continue;
            }
            String key = entry.getKey().substring(prefix.length());
            Object without = WITHOUT_EFFECT.get(key);
            if (without != null && !without.equals(entry.getValue())) {
                throw metadata.wrong(entry.getKey(), "%s: nothing else is implemented".formatted(without));
            }
            if (without == null && !KNOWN.contains(key)) {
                throw metadata.wrong(
                        entry.getKey(), "absent: this key is not known, and may change what the model computes");
            }
        }
    }

    private static int orElse(Metadata metadata, String key, int usual) throws IOException {
        return metadata.has(key) ? metadata.integer(key) : usual;
    }

    private static void requireSame(Metadata metadata, String key, int only) throws IOException {
        if (orElse(metadata, key, only) != only) {
            throw metadata.wrong(key, "%d: nothing else is implemented".formatted(only));
        }
    }

    private static String names() {
        return WRITTEN.stream().map(Hyperparameters::name).collect(Collectors.joining(", "));
    }

    static String name(Architecture architecture) {
        return architecture.name().toLowerCase(Locale.ROOT);
    }
}
