package org.randygpt.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code train} that give a new model its shape. */
@Command(optionListHeading = "%nThe model:%n")
final class ModelOptions {
    private static final float NORM_EPSILON = 1e-5f;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            converter = ArchitectureName.class,
            description = {
                "What the blocks are made of: gpt2 (layer norm, GELU, biases) or randygpt (RMS norm, squared"
                        + " ReLU, no biases, untied head). Default: gpt2"
            })
    private Architecture architecture = Architecture.GPT2;

    @Option(names = "--layers", paramLabel = "N", description = "Blocks. Default: 4")
    private int layers = 4;

    @Option(names = "--width", paramLabel = "N", description = "Numbers that stand for a token. Default: 128")
    private int width = 128;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads; they divide the width. Default: 8")
    private int heads = 8;

    @Option(names = "--context", paramLabel = "N", description = "Characters that the model sees at once. Default: 64")
    private int context = 64;

    @Option(
            names = "--untied-head",
            description = "Give the output a matrix of its own instead of the token embedding.")
    private boolean untiedHead;

    /**
     * The shape of a model.
     *
     * @throws IllegalArgumentException when there can be none
     */
    GptConfig config(int vocabSize) {
        requirePositive("--layers", layers);
        requirePositive("--width", width);
        requirePositive("--heads", heads);
        requirePositive("--context", context);
        if (heads > width) {
            throw new BadInputException(
                    "--heads is %d; it must be at most --width, which is %d".formatted(heads, width));
        }
        Head head = untiedHead || architecture == Architecture.RANDYGPT ? Head.UNTIED : Head.TIED;
        return new GptConfig(architecture, vocabSize, context, width, layers, heads, head, NORM_EPSILON);
    }

    /** The values of these options that say what a model is. */
    static Map<String, Object> values(GptConfig config) {
        return Map.of(
                "--arch", config.architecture(),
                "--layers", config.layers(),
                "--width", config.width(),
                "--heads", config.heads(),
                "--context", config.context(),
                "--untied-head", config.head() == Head.UNTIED);
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new BadInputException("%s is %d; it must be at least 1".formatted(option, value));
        }
    }

    /** The name of an architecture on the command line. */
    static String name(Architecture architecture) {
        return architecture.name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #name}. */
    static final class ArchitectureName implements ITypeConverter<Architecture> {
        @Override
        public Architecture convert(String value) {
            for (Architecture architecture : Architecture.values()) {
                if (name(architecture).equals(value)) {
                    return architecture;
                }
            }
            throw new TypeConversionException("'%s' is not an architecture; there are %s"
                    .formatted(
                            value,
                            Arrays.stream(Architecture.values())
                                    .map(ModelOptions::name)
                                    .collect(Collectors.joining(" and "))));
        }
    }
}
