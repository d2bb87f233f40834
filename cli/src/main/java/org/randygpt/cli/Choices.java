package org.randygpt.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.train.Algorithm;
import org.randygpt.train.Recipe;
import org.randygpt.train.Saving;
import org.randygpt.train.Schedule;
import org.randygpt.train.Stopping;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Values of options that are one of a few: the constants of an enum, in small letters. */
final class Choices {
    private Choices() {}

    /** Has a command and all of its commands read them. */
    static CommandLine readBy(CommandLine line) {
        read(line, Architecture.class, "is not an architecture");
        read(line, Head.class, "is not a head");
        read(line, Recipe.class, "is not a recipe");
        read(line, Algorithm.class, "is not an optimizer");
        read(line, Schedule.class, "is not a schedule");
        read(line, Stopping.OnNan.class, "is not an answer");
        read(line, Saving.OnError.class, "is nothing to do when a save fails");
        read(line, KernelOptions.Choice.class, "is no kind of kernels");
        read(line, PreTokenization.class, "is no way to cut texts");
        return line;
    }

    private static <E extends Enum<E>> void read(CommandLine line, Class<E> type, String mistake) {
        line.registerConverter(type, value -> {
            for (E choice : type.getEnumConstants()) {
                if (name(choice).equals(value)) {
                    return choice;
                }
            }
            throw new TypeConversionException("'%s' %s; there are %s"
                    .formatted(
                            value,
                            mistake,
                            Arrays.stream(type.getEnumConstants())
                                    .map(Choices::name)
                                    .collect(Collectors.joining(", "))));
        });
    }

    /** The name of a choice. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    /** A value of any option as it is given. */
    static String shown(@Nullable Object value) {
        return value instanceof Enum<?> choice ? name(choice) : String.valueOf(value);
    }
}
