package org.randygpt.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A file of settings of {@code train}, as {@code --config} names it. Every value is one that its option takes.
 *
 * @param name as it was given
 * @param settings values of options as on a command line, by the options' names
 * @param sums of what else the run has read that wrote the file, by {@link SettingsFile#DATA_SUM} and
 *     {@link SettingsFile#INIT_SUM}
 */
record GivenFile(String name, SequencedMap<String, String> settings, Map<String, String> sums) {
    private static final int MOST_ERRORS = 3;

    /**
     * What stands in the file.
     *
     * @param key as it is written, without its section
     * @param value a text, number, truth, list or what else a file can hold
     * @param line of the file; 0 if nobody knows
     */
    private record Entry(String key, Object value, int line) {
        /** Where it is, for people. */
        String place(String file) {
            return line == 0 ? file : "%s, line %d".formatted(file, line);
        }
    }

    /** Nothing, of no file. */
    static GivenFile none() {
        return new GivenFile("", new LinkedHashMap<>(), Map.of());
    }

    /**
     * Reads a file.
     *
     * @param name where it is, as it was given
     * @param train reads the values; it is not run
     * @throws BadInputException naming file and line of what cannot be
     */
    static GivenFile read(Environment environment, String name, CommandLine train) {
        List<Entry> entries = entries(environment.folder().resolve(name), name);
        Map<String, OptionSpec> known = new LinkedHashMap<>();
        train.getCommandSpec().options().stream()
                .filter(option -> SettingsFile.isSetting(option.longestName()))
                .forEach(option -> known.put(option.longestName(), option));
        SequencedMap<String, Entry> read = new LinkedHashMap<>();
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        Map<String, String> sums = new LinkedHashMap<>();
        for (Entry entry : entries) {
            String place = entry.place(name);
            if (SettingsFile.SUMS.contains(entry.key)) {
                sums.put(entry.key, text(place, entry, ""));
                continue;
            }
            String option = NanoGptNames.ours("--" + entry.key).replace('_', '-');
            OptionSpec spec = known.get(option);
            if (spec == null) {
                @Nullable String nearest = NearestName.of(option, known.keySet());
                throw new BadInputException("--config %s: there is no setting %s%s"
                        .formatted(
                                place,
                                entry.key,
                                nearest == null ? "" : "; did you mean %s?".formatted(nearest.substring(2))));
            }
            Entry before = read.put(option, entry);
            if (before != null) {
                throw new BadInputException(twice(name, before, entry));
            }
            settings.put(option, text(place, entry, spec.splitRegex()));
        }
        requireReadable(name, read, settings, train);
        return new GivenFile(name, settings, sums);
    }

    private static String twice(String file, Entry before, Entry entry) {
        String lines = entry.line == 0 ? "" : ", in lines %d and %d".formatted(before.line, entry.line);
        return before.key.equals(entry.key)
                ? "--config %s: %s is set twice%s; leave one out".formatted(file, entry.key, lines)
                : "--config %s: %s and %s are two names of one setting%s; leave one out"
                        .formatted(file, before.key, entry.key, lines);
    }

    /** Also of what a command line overrides: a file that is wrong today must not be so by surprise tomorrow. */
    private static void requireReadable(
            String file, Map<String, Entry> entries, Map<String, String> settings, CommandLine train) {
        String[] arguments = settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        try {
            var _ = train.parseArgs(arguments);
        } catch (ParameterException refused) {
            Entry entry = refused.getArgSpec() instanceof OptionSpec option ? entries.get(option.longestName()) : null;
            throw new BadInputException(
                    "--config %s: %s"
                            .formatted(entry == null ? file : entry.place(file), Failures.parameterSentence(refused)),
                    refused);
        }
        @Nullable String preset = settings.get(GivenSettings.PRESET);
        if (preset != null) {
            var _ = Presets.named(preset);
        }
    }

    private static List<Entry> entries(Path file, String name) {
        if (Files.isDirectory(file)) {
            Path inside = file.resolve(SettingsFile.NAME);
            throw new BadInputException("--config %s is a folder; name the file of settings%s"
                    .formatted(name, Files.exists(inside) ? " in it: " + Path.of(name, SettingsFile.NAME) : ""));
        }
        try {
            return file.toString().toLowerCase(Locale.ROOT).endsWith(".json") ? json(file) : toml(file);
        } catch (CharacterCodingException binary) {
            throw new BadInputException(
                    "--config %s is not text in UTF-8; a file of settings is TOML, or JSON if its name ends with .json"
                            .formatted(name),
                    binary);
        } catch (IOException problem) {
            throw new BadInputException("--config: " + Failures.sentence(problem), problem);
        }
    }

    private static List<Entry> json(Path file) throws IOException {
        JsonObject object = JsonObject.read(file);
        List<Entry> entries = new ArrayList<>();
        for (String key : object.keys()) {
            entries.add(new Entry(key, object.value(key), 0));
        }
        return entries;
    }

    private static List<Entry> toml(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: there is no such file".formatted(file));
        }
        TomlParseResult result = Toml.parse(file);
        if (result.hasErrors()) {
            int more = result.errors().size() - MOST_ERRORS;
            throw new IOException("%s: %s%s"
                    .formatted(
                            file,
                            result.errors().stream()
                                    .limit(MOST_ERRORS)
                                    .map(error -> "%s at %s".formatted(error.getMessage(), error.position()))
                                    .collect(Collectors.joining("; ")),
                            more <= 0 ? "" : "; and %d more".formatted(more)));
        }
        List<Entry> entries = new ArrayList<>();
        for (List<String> path : result.keyPathSet()) {
            Object value = Objects.requireNonNull(result.get(path));
            @Nullable TomlPosition position = result.inputPositionOf(path);
            // Sections are for the reader.
            entries.add(new Entry(
                    path.getLast(),
                    value instanceof TomlArray list ? list.toList() : value,
                    position == null ? 0 : position.line()));
        }
        return entries;
    }

    private static String text(String place, Entry entry, String separator) {
        if (!(entry.value instanceof List<?> list)) {
            return text(place, entry.key, entry.value);
        }
        if (separator.isEmpty()) {
            throw new BadInputException(
                    "--config %s: %s is the list %s; it takes one value".formatted(place, entry.key, list));
        }
        return list.stream().map(each -> text(place, entry.key, each)).collect(Collectors.joining(separator));
    }

    private static String text(String place, String key, @Nullable Object value) {
        if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            throw new BadInputException(
                    "--config %s: %s is %s; it must be a text, a number, true or false".formatted(place, key, value));
        }
        return value.toString();
    }
}
