package org.randygpt.core.model;

/**
 * The shape of a model. What only some architectures leave open has the one value that the others give it: as many
 * key/value heads as heads, which together are as wide as the model, an MLP of 4 C, no rotary base.
 *
 * @param architecture what the blocks are made of
 * @param vocabSize V, number of different tokens
 * @param context most positions that the model sees at once
 * @param width C
 * @param layers number of blocks
 * @param heads H
 * @param keyValueHeads G, heads of keys and values, each of which serves as many heads; divides the heads
 * @param headSize D; even where positions are rotary
 * @param mlpWidth numbers between the two maps of an MLP
 * @param head whether the output projection is the token embedding
 * @param normEpsilon added to the variance, or mean square, under the root
 * @param rotaryBase of the frequencies of rotary positions, or 0
 */
public record GptConfig(
        Architecture architecture,
        int vocabSize,
        int context,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int mlpWidth,
        Head head,
        float normEpsilon,
        float rotaryBase) {

    /** The base of Su et al. 2021, which Llama took over. */
    public static final float ROTARY_BASE = 10_000;

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
        positive("number of key/value heads", keyValueHeads);
        positive("size of a head", headSize);
        positive("width of the MLP", mlpWidth, 4 * LARGEST);
        if (layers > MOST_LAYERS) {
            throw new IllegalArgumentException(
                    "number of layers is %d; it must be at most %d".formatted(layers, MOST_LAYERS));
        }
        if ((long) heads * headSize > LARGEST) {
            throw new IllegalArgumentException("%d heads of %d numbers are more than %d numbers; make them smaller"
                    .formatted(heads, headSize, LARGEST));
        }
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "number of heads %d does not divide among %d key/value heads; try %d of these"
                            .formatted(heads, keyValueHeads, divisorBelow(keyValueHeads, heads)));
        }
        if (architecture.isRotary()) {
            if (headSize % 2 != 0) {
                throw new IllegalArgumentException(
                        "a head has %d numbers, of which rotary positions turn pairs; make it even, by another width or number of heads"
                                .formatted(headSize));
            }
            if (!(rotaryBase > 1 && rotaryBase < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "rotary base is %s; it must be a number above 1".formatted(rotaryBase));
            }
        } else if (keyValueHeads != heads || heads * headSize != width || mlpWidth != 4L * width || rotaryBase != 0) {
            throw new IllegalArgumentException(
                    "%s has as many key/value heads as heads, together as wide as the model, an MLP of 4 widths and no rotary base, not %d for %d, of %d for a width of %d, an MLP of %d and base %s"
                            .formatted(architecture, keyValueHeads, heads, headSize, width, mlpWidth, rotaryBase));
        }
        if (!(normEpsilon > 0 && normEpsilon < 1)) {
            throw new IllegalArgumentException(
                    "norm epsilon is %s; it must lie between 0 and 1".formatted(normEpsilon));
        }
    }

    /** What the architecture leaves open as it usually is; throws where the width does not divide into the heads. */
    public GptConfig(
            Architecture architecture,
            int vocabSize,
            int context,
            int width,
            int layers,
            int heads,
            Head head,
            float normEpsilon) {
        this(
                architecture,
                vocabSize,
                context,
                width,
                layers,
                heads,
                heads,
                headSize(width, heads),
                usualMlpWidth(architecture, width),
                head,
                normEpsilon,
                architecture.isRotary() ? ROTARY_BASE : 0);
    }

    /** The same model with other heads. */
    public GptConfig withHeads(int newKeyValueHeads, int newHeadSize) {
        return new GptConfig(
                architecture,
                vocabSize,
                context,
                width,
                layers,
                heads,
                newKeyValueHeads,
                newHeadSize,
                mlpWidth,
                head,
                normEpsilon,
                rotaryBase);
    }

    /** The same model with another MLP. */
    public GptConfig withMlpWidth(int newMlpWidth) {
        return new GptConfig(
                architecture,
                vocabSize,
                context,
                width,
                layers,
                heads,
                keyValueHeads,
                headSize,
                newMlpWidth,
                head,
                normEpsilon,
                rotaryBase);
    }

    /** The same model with another base of its rotary positions. */
    public GptConfig withRotaryBase(float newRotaryBase) {
        return new GptConfig(
                architecture,
                vocabSize,
                context,
                width,
                layers,
                heads,
                keyValueHeads,
                headSize,
                mlpWidth,
                head,
                normEpsilon,
                newRotaryBase);
    }

    /** What a head has when all together are as wide as the model; throws where the width does not divide. */
    public static int headSize(int width, int heads) {
        positive("width", width);
        positive("number of heads", heads);
        if (width % heads != 0) {
            int next = (width / heads + 1) * heads;
            throw new IllegalArgumentException(
                    "width %d does not divide into %d heads; try width %d".formatted(width, heads, next));
        }
        return width / heads;
    }

    /**
     * 4 C; of the three matrices of a gated MLP two thirds of that have as many weights as the two of another, in
     * multiples of 8.
     */
    private static int usualMlpWidth(Architecture architecture, int width) {
        positive("width", width);
        return architecture.isRotary() ? Math.ceilDiv(width, 3) * 8 : 4 * width;
    }

    private static int divisorBelow(int limit, int of) {
        int divisor = Math.min(limit, of);
        while (of % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    private static void positive(String what, int value) {
        positive(what, value, LARGEST);
    }

    private static void positive(String what, int value, int largest) {
        if (value < 1 || value > largest) {
            throw new IllegalArgumentException(
                    "%s is %d; it must lie between 1 and %d".formatted(what, value, largest));
        }
    }
}
