package org.randygpt.core.gguf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;

/** What llama.cpp calls the tensors of a model, and how it keeps them. */
final class TensorNames {
    private static final Map<String, String> GPT2 = Map.ofEntries(
            Map.entry("wte", "token_embd"),
            Map.entry("wpe", "position_embd"),
            Map.entry("ln_f", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("ln_1", "attn_norm"),
            Map.entry("attn.c_attn", "attn_qkv"),
            Map.entry("attn.c_proj", "attn_output"),
            Map.entry("ln_2", "ffn_norm"),
            Map.entry("mlp.c_fc", "ffn_up"),
            Map.entry("mlp.c_proj", "ffn_down"));
    private static final Map<String, String> LLAMA = Map.ofEntries(
            Map.entry("model.embed_tokens", "token_embd"),
            Map.entry("model.norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    /** Of a tied head there is none. */
    static final String HEAD = "output.weight";

    static final String EMBEDDING = "token_embd.weight";

    private static final String POSITIONS = "position_embd.weight";

    private TensorNames() {}

    /** Each parameter by llama.cpp's name of it, in order. */
    static SequencedMap<String, Parameter> of(GptConfig config, SequencedMap<String, Parameter> parameters) {
        Map<String, String> names = config.architecture().isRotary() ? LLAMA : GPT2;
        String blocks = config.architecture().isRotary() ? "model.layers." : "h.";
        SequencedMap<String, Parameter> byName = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> byName.put(name(name, blocks, names), parameter));
        return byName;
    }

    private static String name(String ours, String blocks, Map<String, String> names) {
        int kind = ours.lastIndexOf('.');
        boolean inBlock = ours.startsWith(blocks);
        int part = inBlock ? ours.indexOf('.', blocks.length()) + 1 : 0;
        String name = names.get(ours.substring(part, kind));
        if (name == null) {
            throw new IllegalArgumentException("llama.cpp has no name for the tensor %s".formatted(ours));
        }
        return (inBlock ? "blk." + ours.substring(blocks.length(), part) : "") + name + ours.substring(kind);
    }

    /**
     * How llama.cpp keeps a parameter.
     *
     * @param name llama.cpp's
     */
    static Arrangement arrangement(GptConfig config, String name, Parameter parameter) {
        if (parameter.transposed()) {
            return new Arrangement.Transposed(
                    parameter.tensor().rows(), parameter.tensor().cols());
        }
        boolean turned = name.endsWith("attn_q.weight") || name.endsWith("attn_k.weight");
        return turned && config.architecture() == Architecture.LLAMA
                ? new Arrangement.PairsSideBySide(
                        config.headSize(), parameter.tensor().cols())
                : new Arrangement.Same();
    }

    /** What is a vector stays in full, and so does the table of positions: llama.cpp adds and multiplies by them. */
    static TensorType type(String name, Parameter parameter, TensorType matrices) {
        return parameter.role() == Parameter.Role.VECTOR || name.equals(POSITIONS) ? TensorType.F32 : matrices;
    }
}
