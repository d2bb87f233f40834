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
        new Gpt(config, graph, qkv -> graph.cachedAttention(qkv, config.heads(), config.context())).write();
        return graph;
    }

    /** Returns the logits, (B·T, V). */
    private Tensor write() {
        Tensor tokenTable = graph.matrix("wte.weight", config.vocabSize(), config.width(), WEIGHT);
        Tensor positionTable = graph.matrix("wpe.weight", config.context(), config.width(), WEIGHT);
        Tensor x = graph.embedding(tokenTable, positionTable);
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "h." + layer + ".";
            x = switch (config.architecture()) {
                case GPT2 -> gpt2Block(x, prefix);
                case RANDYGPT -> randygptBlock(x, prefix);
            };
        }
        if (config.architecture() == Architecture.GPT2) {
            x = norm(x, "ln_f");
        }
        Tensor head = switch (config.head()) {
            case TIED -> tokenTable;
            case UNTIED -> graph.matrix("lm_head.weight", config.vocabSize(), config.width(), WEIGHT);
        };
        return graph.linear(x, head);
    }

    private Tensor gpt2Block(Tensor x, String prefix) {
        int width = config.width();
        Tensor qkv = affine(norm(x, prefix + "ln_1"), prefix + "attn.c_attn", 3 * width, WEIGHT);
        x = graph.add(x, affine(attention.write(qkv), prefix + "attn.c_proj", width, residualWeight));
        Tensor hidden = affine(norm(x, prefix + "ln_2"), prefix + "mlp.c_fc", 4 * width, WEIGHT);
        Tensor active = graph.activate(Activation.GELU, hidden);
        return graph.add(x, affine(active, prefix + "mlp.c_proj", width, residualWeight));
    }

    private Tensor randygptBlock(Tensor x, String prefix) {
        int width = config.width();
        Tensor query = graph.matrix(prefix + "attn.wq.weight", width, width, WEIGHT);
        Tensor key = graph.matrix(prefix + "attn.wk.weight", width, width, WEIGHT);
        Tensor value = graph.matrix(prefix + "attn.wv.weight", width, width, WEIGHT);
        Tensor out = graph.matrix(prefix + "attn.wo.weight", width, width, residualWeight);
        Tensor up = graph.matrix(prefix + "mlp.fc1.weight", 4 * width, width, WEIGHT);
        Tensor down = graph.matrix(prefix + "mlp.fc2.weight", width, 4 * width, residualWeight);

        Tensor stacked = graph.stack(prefix + "attn.qkv", query, key, value);
        Tensor qkv = graph.linear(graph.rmsNorm(x, config.normEpsilon()), stacked);
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
