package org.randygpt.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values of options that the command line does not give: those of a file of settings, and where it has none, of a
 * preset.
 */
final class GivenSettings implements IDefaultValueProvider {
    /** Divides the values of an option that has several; no argument holds it. */
    static final String SEPARATOR = "\0";

    static final String PRESET = "--preset";
    static final String CONFIG = "--config";
    static final String INIT = "--init";
    static final String DATA = "--data";

    /** What says how long a run is: one of them, wherever it is given, stands against the other. */
    private static final Map<String, String> IN_PLACE_OF = Map.of("--iters", "--minutes", "--minutes", "--iters");

    private final GivenFile file;
    private final SequencedMap<String, Value> values = new LinkedHashMap<>();

    /**
     * A value.
     *
     * @param text as on a command line
     * @param origin where it comes from, for people
     */
    record Value(String text, String origin) {}

    private GivenSettings(GivenFile file) {
        this.file = file;
    }

    /**
     * What some arguments ask for by {@code --preset} and {@code --config}; nothing for a run that is gone on with,
     * which has settings of its own.
     *
     * @param command that the values are for; for another there are none
     * @param train reads the values of a file; it is not run
     * @throws BadInputException when a preset or file is not there, or sets what there is not
     */
    static GivenSettings of(Environment environment, String command, CommandLine train, List<String> arguments) {
        boolean resumed = arguments.stream()
                .anyMatch(argument -> argument.equals("--resume") || argument.startsWith("--resume="));
        if (!arguments.contains(command) || resumed) {
            return none();
        }
        @Nullable String name = argument(arguments, CONFIG);
        GivenFile file = name == null ? GivenFile.none() : GivenFile.read(environment, name, train);
        GivenSettings settings = new GivenSettings(file);
        SequencedMap<String, String> read = new LinkedHashMap<>(file.settings());
        if (argument(arguments, INIT) != null) {
            // A model that is there takes the place of a new one's shape, as of any model that the file names.
            read.keySet()
                    .removeIf(option ->
                            option.equals(PRESET) || option.equals("--tokenizer") || ModelOptions.has(option));
        }
        String given = argument(arguments, PRESET);
        @Nullable String preset = given == null ? read.get(PRESET) : given;
        if (preset != null) {
            Presets.named(preset)
                    .options()
                    .forEach((option, value) -> settings.values.put(option, new Value(value, "preset " + preset)));
        }
        read.forEach((option, value) -> settings.set(option, new Value(value, file.name())));
        IN_PLACE_OF.forEach((option, other) -> {
            if (argument(arguments, option) != null) {
                settings.values.remove(other);
            }
        });
        return settings;
    }

    private void set(String name, Value value) {
        @Nullable String other = IN_PLACE_OF.get(name);
        if (other != null
                && values.containsKey(other)
                && !values.get(other).origin.equals(value.origin)) {
            values.remove(other);
        }
        values.put(name, value);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        Value value = argument instanceof OptionSpec option ? values.get(option.longestName()) : null;
        return value == null ? null : value.text;
    }

    /** Where the value of an option comes from that the command line does not give; null where it is the usual one. */
    @Nullable
    String origin(String option) {
        Value value = values.get(option);
        return value == null ? null : value.origin;
    }

    /** Nothing. */
    static GivenSettings none() {
        return new GivenSettings(GivenFile.none());
    }

    /** The name of the file of settings; empty if there is none. */
    String fileName() {
        return file.name();
    }

    /** What the file of settings, which a run has written, says of what an option names: its SHA-256 at that time. */
    Optional<String> sum(String key) {
        return Optional.ofNullable(file.sums().get(key));
    }

    private static @Nullable String argument(List<String> arguments, String option) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(option + "=")) {
                return argument.substring(option.length() + 1);
            }
            if (argument.equals(option) && i + 1 < arguments.size()) {
                return arguments.get(i + 1);
            }
        }
        return null;
    }
}
