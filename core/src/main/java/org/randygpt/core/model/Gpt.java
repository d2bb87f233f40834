package org.randygpt.core.model;

import java.util.Optional;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Init;
import org.randygpt.core.graph.RotaryAngles;
import org.randygpt.core.graph.Tensor;
import org.randygpt.kernels.Activation;

/**
 * Writes the graph of a model. Parameters carry the names, orientations and order of Hugging Face's files (GPT-2's
 * without the {@code transformer.} prefix).
 */
public final class Gpt {
    private final GptConfig config;
    private final Initialization start;
    private final float dropout;
    private final Graph graph;
    private final Attention attention;
    private final Optional<RotaryAngles> angles;

    /** Writes to a graph that knows {@code positions} positions. */
    private Gpt(
            GptConfig config, Initialization start, float dropout, Graph graph, int positions, Attention attention) {
        this.config = config;
        this.start = start;
        this.dropout = dropout;
        this.graph = graph;
        this.attention = attention;
        angles = config.architecture().isRotary()
                ? Optional.of(graph.rotaryAngles(positions, config.headSize(), config.rotaryBase()))
                : Optional.empty();
    }

    /** How a graph attends: within its sequences, or to a cache. */
    private interface Attention {
        Tensor write(Tensor qkv);
    }

    /** The graph of the loss of {@code batch} sequences of {@code time} tokens; logits are its last input. */
    public static Graph training(GptConfig config, int batch, int time) {
        return training(config, Initialization.standard(config), 0, batch, time);
    }

    /**
     * The same graph of a model whose weights start in another way, and which leaves some activations out.
     *
     * @param dropout the share of the embedding, and of what blocks add to it, that is left out; 0: there is no such
     *     operation
     */
    public static Graph training(GptConfig config, Initialization start, float dropout, int batch, int time) {
        Graph graph = new Graph(batch, time);
        Attention attention = qkv -> graph.causalAttention(qkv, config.heads(), config.keyValueHeads());
        graph.crossEntropy(new Gpt(config, start, dropout, graph, time, attention).write());
        return graph;
    }

    /** The graph of the logits of one new token against a cache of those before it. */
    public static Graph decoding(GptConfig config) {
        Graph graph = new Graph(1, 1);
        Attention attention = qkv -> {
            Tensor cache = extendCache(config, graph, qkv);
            return graph.cachedAttention(qkv, cache, config.heads(), config.keyValueHeads());
        };
        new Gpt(config, Initialization.standard(config), 0, graph, config.context(), attention).write();
        return graph;
    }

    /**
     * The graph that reads the first {@code time} tokens of a text into the cache of {@link #decoding}. It ends where
     * the last keys and values are known: no logits are wanted of any of these tokens.
     */
    public static Graph prefill(GptConfig config, int time) {
        Graph graph = new Graph(1, time);
        Attention attention = qkv -> {
            extendCache(config, graph, qkv);
            return graph.causalAttention(qkv, config.heads(), config.keyValueHeads());
        };
        Gpt gpt = new Gpt(config, Initialization.standard(config), 0, graph, time, attention);
        int last = config.layers() - 1;
        Tensor x = gpt.blocks(gpt.tokenTable(), last);
        extendCache(config, graph, gpt.qkv(x, gpt.prefix(last)));
        return graph;
    }

    private static Tensor extendCache(GptConfig config, Graph graph, Tensor qkv) {
        return graph.extendCache(qkv, config.heads(), config.keyValueHeads(), config.context());
    }

    /** Returns the logits, (B·T, V). */
    private Tensor write() {
        Tensor tokenTable = tokenTable();
        Tensor x = blocks(tokenTable, config.layers());
        x = switch (config.architecture()) {
            case GPT2 -> norm(x, "ln_f");
            case LLAMA, QWEN3 -> rmsNorm(x, "model.norm");
            case RANDYGPT -> x;
        };
        Tensor head = switch (config.head()) {
            case TIED -> tokenTable;
            case UNTIED -> graph.headMatrix("lm_head.weight", config.vocabSize(), config.width(), start.head());
        };
        return graph.linear(x, head);
    }

    private Tensor tokenTable() {
        String name = config.architecture().isRotary() ? "model.embed_tokens.weight" : "wte.weight";
        return graph.table(name, config.vocabSize(), config.width(), start.embedding());
    }

    /** The embedding and the first blocks. */
    private Tensor blocks(Tensor tokenTable, int count) {
        Tensor x = dropped(embedding(tokenTable));
        for (int layer = 0; layer < count; layer++) {
            String prefix = prefix(layer);
            x = switch (config.architecture()) {
                case GPT2 -> gpt2Block(x, prefix);
                case LLAMA, QWEN3 -> llamaBlock(x, prefix);
                case RANDYGPT -> randygptBlock(x, prefix);
            };
        }
        return x;
    }

    private Tensor embedding(Tensor tokenTable) {
        if (config.architecture().isRotary()) {
            return graph.embedding(tokenTable);
        }
        Tensor positionTable = graph.table("wpe.weight", config.context(), config.width(), start.embedding());
        return graph.embedding(tokenTable, positionTable);
    }

    private String prefix(int layer) {
        return (config.architecture().isRotary() ? "model.layers." : "h.") + layer + ".";
    }

    /** Queries, keys and values of a block, (B·T, (H + 2G)·D), as attention and the cache take them. */
    private Tensor qkv(Tensor x, String prefix) {
        int width = config.width();
        return switch (config.architecture()) {
            case GPT2 -> affine(norm(x, prefix + "ln_1"), prefix + "attn.c_attn", 3, width, start.hidden());
            case LLAMA -> rotated(llamaQkv(x, prefix));
            case QWEN3 -> rotated(headNorm(llamaQkv(x, prefix), prefix));
            case RANDYGPT -> {
                Tensor query = graph.matrix(prefix + "attn.wq.weight", width, width, start.hidden());
                Tensor key = graph.matrix(prefix + "attn.wk.weight", width, width, start.hidden());
                Tensor value = graph.matrix(prefix + "attn.wv.weight", width, width, start.hidden());
                Tensor stacked = graph.stack(prefix + "attn.qkv", query, key, value);
                yield graph.linear(graph.rmsNorm(x, config.normEpsilon()), stacked);
            }
        };
    }

    private Tensor gpt2Block(Tensor x, String prefix) {
        int width = config.width();
        Tensor qkv = qkv(x, prefix);
        x = graph.add(x, dropped(affine(attention.write(qkv), prefix + "attn.c_proj", 1, width, start.residual())));
        Tensor hidden = affine(norm(x, prefix + "ln_2"), prefix + "mlp.c_fc", 1, 4 * width, start.hidden());
        Tensor active = graph.activate(Activation.GELU, hidden);
        return graph.add(x, dropped(affine(active, prefix + "mlp.c_proj", 1, width, start.residual())));
    }

    private Tensor randygptBlock(Tensor x, String prefix) {
        int width = config.width();
        Tensor qkv = qkv(x, prefix);
        Tensor out = graph.matrix(prefix + "attn.wo.weight", width, width, start.residual());
        Tensor up = graph.matrix(prefix + "mlp.fc1.weight", 4 * width, width, start.hidden());
        Tensor down = graph.matrix(prefix + "mlp.fc2.weight", width, 4 * width, start.residual());

        x = graph.add(x, dropped(graph.linear(attention.write(qkv), out)));
        Tensor hidden = graph.linear(graph.rmsNorm(x, config.normEpsilon()), up);
        return graph.add(x, dropped(graph.linear(graph.activate(Activation.SQUARED_RELU, hidden), down)));
    }

    private Tensor llamaQkv(Tensor x, String prefix) {
        int width = config.width();
        int size = config.headSize();
        Tensor normal = rmsNorm(x, prefix + "input_layernorm");
        Tensor query = graph.matrix(prefix + "self_attn.q_proj.weight", config.heads() * size, width, start.hidden());
        Tensor key =
                graph.matrix(prefix + "self_attn.k_proj.weight", config.keyValueHeads() * size, width, start.hidden());
        Tensor value =
                graph.matrix(prefix + "self_attn.v_proj.weight", config.keyValueHeads() * size, width, start.hidden());
        return graph.linear(normal, graph.stack(prefix + "self_attn.qkv", query, key, value));
    }

    private Tensor headNorm(Tensor qkv, String prefix) {
        Tensor query = graph.vector(prefix + "self_attn.q_norm.weight", config.headSize(), start.queryKeyGain());
        Tensor key = graph.vector(prefix + "self_attn.k_norm.weight", config.headSize(), start.queryKeyGain());
        Tensor gains = graph.stack(prefix + "self_attn.qk_norm", query, key);
        return graph.headRmsNorm(qkv, config.heads(), config.keyValueHeads(), gains, config.normEpsilon());
    }

    private Tensor rotated(Tensor qkv) {
        return graph.rotate(qkv, config.heads(), config.keyValueHeads(), angles.orElseThrow());
    }

    private Tensor llamaBlock(Tensor x, String prefix) {
        int width = config.width();
        int attended = config.heads() * config.headSize();
        Tensor qkv = qkv(x, prefix);
        Tensor out = graph.matrix(prefix + "self_attn.o_proj.weight", width, attended, start.residual());
        x = graph.add(x, dropped(graph.linear(attention.write(qkv), out)));
        Tensor normal = rmsNorm(x, prefix + "post_attention_layernorm");
        Tensor gate = graph.matrix(prefix + "mlp.gate_proj.weight", config.mlpWidth(), width, start.hidden());
        Tensor up = graph.matrix(prefix + "mlp.up_proj.weight", config.mlpWidth(), width, start.hidden());
        Tensor down = graph.matrix(prefix + "mlp.down_proj.weight", width, config.mlpWidth(), start.residual());
        Tensor hidden = graph.linear(normal, graph.stack(prefix + "mlp.gate_up", gate, up));
        return graph.add(x, dropped(graph.linear(graph.swiglu(hidden), down)));
    }

    private Tensor rmsNorm(Tensor x, String name) {
        Tensor gain = graph.vector(name + ".weight", config.width(), Initialization.ONE);
        return graph.rmsNorm(x, gain, config.normEpsilon());
    }

    private Tensor norm(Tensor x, String name) {
        Tensor gain = graph.vector(name + ".weight", config.width(), Initialization.ONE);
        Tensor bias = graph.vector(name + ".bias", config.width(), Initialization.ZERO);
        return graph.layerNorm(x, gain, bias, config.normEpsilon());
    }

    /** {@code parts} maps at once, each to {@code outputs} numbers. */
    private Tensor affine(Tensor x, String name, int parts, int outputs, Init init) {
        Tensor weight = graph.transposedMatrix(name + ".weight", parts, x.cols(), parts * outputs, init);
        Tensor bias = graph.vector(name + ".bias", parts * outputs, Initialization.ZERO);
        return graph.affine(x, weight, bias);
    }

    private Tensor dropped(Tensor x) {
        return dropout == 0 ? x : graph.dropout(x, dropout);
    }
}
