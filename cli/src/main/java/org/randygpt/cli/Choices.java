package org.randygpt.cli;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TextSettings;
import org.randygpt.core.gguf.TensorType;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.train.Algorithm;
import org.randygpt.train.Recipe;
import org.randygpt.train.Sampling;
import org.randygpt.train.Saving;
import org.randygpt.train.Schedule;
import org.randygpt.train.Stopping;
import org.randygpt.train.records.LogFormat;
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
        read(line, Sampling.Order.class, "is not an order of windows");
        read(line, Sampling.Split.class, "is no way to hold text out");
        read(line, TextSettings.OnInvalid.class, "is nothing to do about invalid bytes");
        read(line, TextSettings.Newlines.class, "is nothing to do about ends of lines");
        line.registerConverter(Charset.class, Choices::charset);
        read(line, KernelOptions.Choice.class, "is no kind of kernels");
        read(line, LogFormat.class, "is no form of records");
        read(line, CompletionCommand.Shell.class, "is no shell");
        read(line, ExportCommand.Format.class, "is no format");
        read(line, TensorType.class, "is no type of weights");
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

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(
                    "'%s' is not an encoding; there are UTF-8, UTF-16, ISO-8859-1, windows-1252 and %d more"
                            .formatted(name, Charset.availableCharsets().size() - 4));
        }
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
