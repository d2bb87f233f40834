package org.randygpt.core.model;

import org.randygpt.core.graph.Init;

/**
 * How the weights of a model start. Biases start at 0, and at 1 all gains but those of queries and keys.
 *
 * @param embedding tables of tokens and of positions
 * @param hidden matrices that read the residual stream
 * @param residual matrices that write to it: the outputs of attention and of the MLP
 * @param head the output matrix, unless it is the table of tokens
 * @param queryKeyGain gains of the norms of queries and keys
 */
public record Initialization(Init embedding, Init hidden, Init residual, Init head, Init queryKeyGain) {
    static final Init ZERO = new Init.Constant(0);
    static final Init ONE = new Init.Constant(1);

    private static final Init NORMAL = new Init.Normal(0.02f);

    /** GPT-2's: normal with deviation 0.02, smaller by √(2·layers) where matrices write to the residual stream. */
    public static Initialization standard(GptConfig config) {
        Init residual = new Init.Normal(0.02f / (float) Math.sqrt(2 * config.layers()));
        return new Initialization(NORMAL, NORMAL, residual, NORMAL, ONE);
    }

    /**
     * That of recent small models: blocks add nothing at first, their other matrices are uniform with deviation
     * 1/√width, a head of its own gives every token nearly the same chance, and attention begins a little sharper.
     */
    public static Initialization modern(GptConfig config) {
        Init hidden = new Init.Uniform((float) Math.sqrt(3.0 / config.width()));
        return new Initialization(NORMAL, hidden, ZERO, new Init.Normal(0.001f), new Init.Constant(1.2f));
    }
}
