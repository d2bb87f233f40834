package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
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

    /** What says how long a run is: one of them, wherever it is given, stands against the other. */
    private static final Map<String, String> IN_PLACE_OF = Map.of("--iters", "--minutes", "--minutes", "--iters");

    private final SequencedMap<String, Value> values = new LinkedHashMap<>();

    /**
     * A value.
     *
     * @param text as on a command line
     * @param origin where it comes from, for people
     */
    record Value(String text, String origin) {}

    private GivenSettings() {}

    /**
     * What some arguments ask for by {@code --preset} and {@code --config}; nothing for a run that is gone on with,
     * which has settings of its own.
     *
     * @param train the command whose options are set
     * @throws BadInputException when a preset or file is not there, or sets what there is not
     */
    static GivenSettings of(Environment environment, CommandSpec train, List<String> arguments) {
        GivenSettings settings = new GivenSettings();
        boolean resumed = arguments.stream()
                .anyMatch(argument -> argument.equals("--resume") || argument.startsWith("--resume="));
        if (!arguments.contains(train.name()) || resumed) {
            return settings;
        }
        @Nullable String file = argument(arguments, CONFIG);
        SequencedMap<String, String> read =
                file == null ? new LinkedHashMap<>() : read(environment.folder().resolve(file), train);
        String given = argument(arguments, PRESET);
        @Nullable String preset = given == null ? read.get(PRESET) : given;
        if (preset != null) {
            Presets.named(preset)
                    .options()
                    .forEach((name, value) -> settings.values.put(name, new Value(value, "preset " + preset)));
        }
        if (file != null) {
            read.forEach((name, value) -> settings.set(name, new Value(value, file)));
        }
        IN_PLACE_OF.forEach((name, other) -> {
            if (argument(arguments, name) != null) {
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

    private static SequencedMap<String, String> read(Path file, CommandSpec train) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        Map<String, Object> content;
        try {
            content = file.toString().toLowerCase(Locale.ROOT).endsWith(".json") ? json(file) : toml(file);
        } catch (IOException problem) {
            throw new BadInputException("--config: " + Failures.sentence(problem), problem);
        }
        List<String> known = train.options().stream()
                .map(OptionSpec::longestName)
                .filter(SettingsFile::isSetting)
                .toList();
        content.forEach((key, value) -> {
            String option = NanoGptNames.ours("--" + key).replace('_', '-');
            if (!known.contains(option)) {
                @Nullable String nearest = NearestName.of(option, known);
                throw new BadInputException("--config %s: there is no setting %s%s"
                        .formatted(
                                file,
                                key,
                                nearest == null ? "" : "; did you mean %s?".formatted(nearest.substring(2))));
            }
            settings.put(option, text(file, key, value));
        });
        return settings;
    }

    private static Map<String, Object> json(Path file) throws IOException {
        JsonObject object = JsonObject.read(file);
        Map<String, Object> content = new LinkedHashMap<>();
        for (String key : object.keys()) {
            content.put(key, object.value(key));
        }
        return content;
    }

    private static Map<String, Object> toml(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: there is no such file".formatted(file));
        }
        TomlParseResult result = Toml.parse(file);
        if (result.hasErrors()) {
            throw new IOException("%s: %s"
                    .formatted(
                            file,
                            result.errors().stream()
                                    .map(error -> "%s at %s".formatted(error.getMessage(), error.position()))
                                    .collect(Collectors.joining("; "))));
        }
        Map<String, Object> content = new LinkedHashMap<>();
        for (List<String> path : result.keyPathSet()) {
            // Sections are for the reader.
            content.put(path.getLast(), result.get(path) instanceof TomlArray list ? list.toList() : result.get(path));
        }
        return content;
    }

    private static String text(Path file, String key, Object value) {
        List<String> texts = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            if (!(each instanceof String || each instanceof Number || each instanceof Boolean)) {
                throw new BadInputException("--config %s: %s is %s; it must be a text, a number, true or false"
                        .formatted(file, key, value));
            }
            texts.add(each.toString());
        }
        return String.join(SEPARATOR, texts);
    }
}
