package org.randygpt.core.model;

/**
 * The shape of a model. The MLP is 4 C wide.
 *
 * @param architecture what the blocks are made of
 * @param vocabSize V, number of different tokens
 * @param context most positions that the model sees at once
 * @param width C
 * @param layers number of blocks
 * @param heads H; divides the width
 * @param head whether the output projection is the token embedding
 * @param normEpsilon added to the variance, or mean square, under the root
 */
public record GptConfig(
        Architecture architecture,
        int vocabSize,
        int context,
        int width,
        int layers,
        int heads,
        Head head,
        float normEpsilon) {

    /** Beyond any model that a processor could train; products of two such sizes still fit a long. */
    private static final int LARGEST = 10_000_000;

    /** Most blocks: a graph of more would take minutes to write down. */
    private static final int MOST_LAYERS = 10_000;

    /** The output projection: the token embedding again, or a matrix of its own. */
    public enum Head {
        TIED,
        UNTIED
    }

    /** Throws {@link IllegalArgumentException} naming the value that no model can have and what to do. */
    public GptConfig {
        positive("vocabulary size", vocabSize);
        positive("context", context);
        positive("width", width);
        positive("number of layers", layers);
        positive("number of heads", heads);
        if (layers > MOST_LAYERS) {
            throw new IllegalArgumentException(
                    "number of layers is %d; it must be at most %d".formatted(layers, MOST_LAYERS));
        }
        if (width % heads != 0) {
            int next = (width / heads + 1) * heads;
            throw new IllegalArgumentException(
                    "width %d does not divide into %d heads; try width %d".formatted(width, heads, next));
        }
        if (!(normEpsilon > 0 && normEpsilon < 1)) {
            throw new IllegalArgumentException(
                    "norm epsilon is %s; it must lie between 0 and 1".formatted(normEpsilon));
        }
    }

    private static void positive(String what, int value) {
        if (value < 1 || value > LARGEST) {
            throw new IllegalArgumentException(
                    "%s is %d; it must lie between 1 and %d".formatted(what, value, LARGEST));
        }
    }
}
