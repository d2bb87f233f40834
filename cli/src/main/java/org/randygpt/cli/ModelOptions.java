package org.randygpt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options of {@code train} that give a new model its shape. */
@Command(optionListHeading = "%nThe model:%n")
final class ModelOptions {
    private static final float NORM_EPSILON = 1e-5f;
    private static final Set<String> NAMES = Set.of(
            "--recipe",
            "--arch",
            "--layers",
            "--width",
            "--heads",
            "--kv-heads",
            "--mlp",
            "--rope-base",
            "--context",
            "--head");

    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            description =
                    "Architecture, initial weights, optimizer and schedule together: modern (qwen3 and Muon), gpt2 or"
                            + " randygpt (AdamW and a cosine). Other options replace a part of it. Default: that of --arch,"
                            + " or modern")
    private @Nullable Recipe recipe;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            description =
                    "What the blocks are made of: gpt2 (layer norm, GELU, biases), llama (RMS norm, SwiGLU, rotary"
                            + " positions, no biases), qwen3 (the same with normalized queries and keys) or randygpt (RMS norm,"
                            + " squared ReLU, no biases). Default: that of --recipe")
    private @Nullable Architecture architecture;

    @Option(names = "--layers", paramLabel = "N", description = "Blocks. Default: 4")
    private int layers = 4;

    @Option(names = "--width", paramLabel = "N", description = "Numbers that stand for a token. Default: 128")
    private int width = 128;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Attention heads; they divide the width. Default: 4 of the modern recipe, otherwise 8")
    private @Nullable Integer givenHeads;

    @Option(
            names = "--kv-heads",
            paramLabel = "N",
            description = "Heads of keys and values, each of which serves as many attention heads; for llama and qwen3."
                    + " Default: --heads")
    private @Nullable Integer keyValueHeads;

    @Option(
            names = "--mlp",
            paramLabel = "N",
            description = "Numbers between the maps of an MLP; for llama and qwen3, others have 4 widths."
                    + " Default: 8/3 widths")
    private @Nullable Integer mlpWidth;

    @Option(
            names = "--rope-base",
            paramLabel = "X",
            description = "Base of the frequencies of rotary positions; for llama and qwen3. Default: 1024")
    private @Nullable Float rotaryBase;

    @Option(names = "--context", paramLabel = "N", description = "Tokens that the model sees at once. Default: 64")
    private int context = 64;

    @Option(
            names = "--head",
            paramLabel = "NAME",
            description = "Output matrix: tied, which is the token embedding, or untied, one of its own."
                    + " Default: that of the recipe")
    private @Nullable Head head;

    /**
     * The shape of a model.
     *
     * @throws IllegalArgumentException when there can be none
     */
    GptConfig config(int vocabSize) {
        requirePositive("--layers", layers);
        requirePositive("--width", width);
        int heads = givenHeads == null ? recipe().heads() : givenHeads;
        requirePositive("--heads", heads);
        requirePositive("--context", context);
        if (heads > width) {
            throw new BadInputException(
                    "--heads is %d; it must be at most --width, which is %d".formatted(heads, width));
        }
        GptConfig config = new GptConfig(
                architecture(),
                vocabSize,
                context,
                width,
                layers,
                heads,
                head == null ? recipe().head() : head,
                NORM_EPSILON);
        if (keyValueHeads != null) {
            requireRotary("--kv-heads");
            requirePositive("--kv-heads", keyValueHeads);
            config = config.withHeads(keyValueHeads, config.headSize());
        }
        if (mlpWidth != null) {
            requireRotary("--mlp");
            requirePositive("--mlp", mlpWidth);
            config = config.withMlpWidth(mlpWidth);
        }
        if (rotaryBase != null) {
            requireRotary("--rope-base");
        }
        if (architecture().isRotary()) {
            config = config.withRotaryBase(rotaryBase == null ? recipe().rotaryBase() : rotaryBase);
        }
        return config;
    }

    /** What everything that nobody sets is taken from. */
    Recipe recipe() {
        if (recipe != null) {
            return recipe;
        }
        return architecture == null ? Recipe.MODERN : Recipe.of(architecture);
    }

    private Architecture architecture() {
        return architecture == null ? recipe().architecture() : architecture;
    }

    private void requireRotary(String option) {
        if (!architecture().isRotary()) {
            throw new BadInputException("%s is given with --arch %s; it belongs to --arch %s"
                    .formatted(
                            option,
                            Choices.name(architecture()),
                            Arrays.stream(Architecture.values())
                                    .filter(Architecture::isRotary)
                                    .map(Choices::name)
                                    .collect(Collectors.joining(" or "))));
        }
    }

    /**
     * Takes over the shape of a model that is there.
     *
     * @param given the options of the command line
     * @throws BadInputException that names all that ask for another model
     */
    void follow(GptConfig config, List<OptionSpec> given) {
        Map<String, Object> values = values(config);
        List<String> differences = new ArrayList<>();
        for (OptionSpec option : given) {
            Object value = values.get(option.longestName());
            if (value != null
                    && !value.equals(option.getValue())
                    && !option.longestName().equals("--recipe")) {
                differences.add("%s is %s here and %s in the model"
                        .formatted(option.longestName(), Choices.shown(option.getValue()), Choices.shown(value)));
            }
        }
        if (!differences.isEmpty()) {
            throw new BadInputException("the model of --init has a shape of its own, which stays: %s; leave these out"
                    .formatted(String.join("; ", differences)));
        }
        if (recipe != null && recipe != Recipe.of(config.architecture())) {
            throw new BadInputException(
                    "--recipe is %s, whose blocks are those of %s, and the model of --init has those of %s, which stay; leave --recipe out, and take its way of learning by --optimizer %s --schedule %s --average %s"
                            .formatted(
                                    Choices.name(recipe),
                                    Choices.name(recipe.architecture()),
                                    Choices.name(config.architecture()),
                                    Choices.name(recipe.algorithm()),
                                    Choices.name(recipe.schedule()),
                                    Formats.number(recipe.averaging())));
        }
        architecture = config.architecture();
    }

    /** Whether an option is one of these. */
    static boolean has(String option) {
        return NAMES.contains(option);
    }

    /** The values of these options that say what a model is. */
    static Map<String, Object> values(GptConfig config) {
        return Map.ofEntries(
                Map.entry("--recipe", Recipe.of(config.architecture())),
                Map.entry("--arch", config.architecture()),
                Map.entry("--layers", config.layers()),
                Map.entry("--width", config.width()),
                Map.entry("--heads", config.heads()),
                Map.entry("--kv-heads", config.keyValueHeads()),
                Map.entry("--mlp", config.mlpWidth()),
                Map.entry("--rope-base", config.rotaryBase()),
                Map.entry("--context", config.context()),
                Map.entry("--head", config.head()));
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new BadInputException("%s is %d; it must be at least 1".formatted(option, value));
        }
    }
}
