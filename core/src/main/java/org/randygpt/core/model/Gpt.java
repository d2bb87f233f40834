package org.randygpt.core.model;

import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Init;
import org.randygpt.core.graph.Tensor;
import org.randygpt.kernels.Activation;

/**
 * Writes the graph of a model. Parameters carry the names, orientations and order of Hugging Face's files (GPT-2's
 * without the {@code transformer.} prefix).
 *
 * <p>Initial weights are GPT-2's: normal with deviation 0.02, projections back into the residual stream smaller by
 * √(2·layers), biases 0, gains 1.
 */
public final class Gpt {
    private static final Init WEIGHT = new Init.Normal(0.02f);
    private static final Init ZERO = new Init.Constant(0);
    private static final Init ONE = new Init.Constant(1);

    private final GptConfig config;
    private final Graph graph;
    private final Attention attention;
    private final Init residualWeight;

    private Gpt(GptConfig config, Graph graph, Attention attention) {
        this.config = config;
        this.graph = graph;
        this.attention = attention;
        residualWeight = new Init.Normal(0.02f / (float) Math.sqrt(2 * config.layers()));
    }

    /** How a graph attends: within its sequences, or to a cache. */
    private interface Attention {
        Tensor write(Tensor qkv);
    }

    /** The graph of the loss of {@code batch} sequences of {@code time} tokens; logits are its last input. */
    public static Graph training(GptConfig config, int batch, int time) {
        Graph graph = new Graph(batch, time);
        graph.crossEntropy(new Gpt(config, graph, qkv -> graph.causalAttention(qkv, config.heads())).write());
        return graph;
    }

    /** The graph of the logits of one new token against a cache of those before it. */
    public static Graph decoding(GptConfig config) {
        Graph graph = new Graph(1, 1);
        Attention attention = qkv -> {
            Tensor cache = graph.extendCache(qkv, config.heads(), config.context());
            return graph.cachedAttention(qkv, cache, config.heads());
        };
        new Gpt(config, graph, attention).write();
        return graph;
    }

    /**
     * The graph that reads the first {@code time} tokens of a text into the cache of {@link #decoding}. It ends where
     * the last keys and values are known: no logits are wanted of any of these tokens.
     */
    public static Graph prefill(GptConfig config, int time) {
        Graph graph = new Graph(1, time);
        Attention attention = qkv -> {
            graph.extendCache(qkv, config.heads(), config.context());
            return graph.causalAttention(qkv, config.heads());
        };
        Gpt gpt = new Gpt(config, graph, attention);
        int last = config.layers() - 1;
        Tensor x = gpt.blocks(gpt.tokenTable(), last);
        graph.extendCache(gpt.qkv(x, prefix(last)), config.heads(), config.context());
        return graph;
    }

    /** Returns the logits, (B·T, V). */
    private Tensor write() {
        Tensor tokenTable = tokenTable();
        Tensor x = blocks(tokenTable, config.layers());
        if (config.architecture() == Architecture.GPT2) {
            x = norm(x, "ln_f");
        }
        Tensor head = switch (config.head()) {
            case TIED -> tokenTable;
            case UNTIED -> graph.matrix("lm_head.weight", config.vocabSize(), config.width(), WEIGHT);
        };
        return graph.linear(x, head);
    }

    private Tensor tokenTable() {
        return graph.matrix("wte.weight", config.vocabSize(), config.width(), WEIGHT);
    }

    /** The embedding and the first blocks. */
    private Tensor blocks(Tensor tokenTable, int count) {
        Tensor positionTable = graph.matrix("wpe.weight", config.context(), config.width(), WEIGHT);
        Tensor x = graph.embedding(tokenTable, positionTable);
        for (int layer = 0; layer < count; layer++) {
            String prefix = prefix(layer);
            x = switch (config.architecture()) {
                case GPT2 -> gpt2Block(x, prefix);
                case RANDYGPT -> randygptBlock(x, prefix);
            };
        }
        return x;
    }

    private static String prefix(int layer) {
        return "h." + layer + ".";
    }

    /** Queries, keys and values of a block, (B·T, 3C). */
    private Tensor qkv(Tensor x, String prefix) {
        int width = config.width();
        return switch (config.architecture()) {
            case GPT2 -> affine(norm(x, prefix + "ln_1"), prefix + "attn.c_attn", 3 * width, WEIGHT);
            case RANDYGPT -> {
                Tensor query = graph.matrix(prefix + "attn.wq.weight", width, width, WEIGHT);
                Tensor key = graph.matrix(prefix + "attn.wk.weight", width, width, WEIGHT);
                Tensor value = graph.matrix(prefix + "attn.wv.weight", width, width, WEIGHT);
                Tensor stacked = graph.stack(prefix + "attn.qkv", query, key, value);
                yield graph.linear(graph.rmsNorm(x, config.normEpsilon()), stacked);
            }
        };
    }

    private Tensor gpt2Block(Tensor x, String prefix) {
        int width = config.width();
        Tensor qkv = qkv(x, prefix);
        x = graph.add(x, affine(attention.write(qkv), prefix + "attn.c_proj", width, residualWeight));
        Tensor hidden = affine(norm(x, prefix + "ln_2"), prefix + "mlp.c_fc", 4 * width, WEIGHT);
        Tensor active = graph.activate(Activation.GELU, hidden);
        return graph.add(x, affine(active, prefix + "mlp.c_proj", width, residualWeight));
    }

    private Tensor randygptBlock(Tensor x, String prefix) {
        int width = config.width();
        Tensor qkv = qkv(x, prefix);
        Tensor out = graph.matrix(prefix + "attn.wo.weight", width, width, residualWeight);
        Tensor up = graph.matrix(prefix + "mlp.fc1.weight", 4 * width, width, WEIGHT);
        Tensor down = graph.matrix(prefix + "mlp.fc2.weight", width, 4 * width, residualWeight);

        x = graph.add(x, graph.linear(attention.write(qkv), out));
        Tensor hidden = graph.linear(graph.rmsNorm(x, config.normEpsilon()), up);
        return graph.add(x, graph.linear(graph.activate(Activation.SQUARED_RELU, hidden), down));
    }

    private Tensor norm(Tensor x, String name) {
        Tensor gain = graph.vector(name + ".weight", config.width(), ONE);
        Tensor bias = graph.vector(name + ".bias", config.width(), ZERO);
        return graph.layerNorm(x, gain, bias, config.normEpsilon());
    }

    private Tensor affine(Tensor x, String name, int outputs, Init init) {
        Tensor weight = graph.matrix(name + ".weight", x.cols(), outputs, init);
        Tensor bias = graph.vector(name + ".bias", outputs, ZERO);
        return graph.affine(x, weight, bias);
    }
}
