package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.Algorithm;
import org.randygpt.train.RunState;
import org.randygpt.train.Schedule;
import org.tomlj.Toml;

/** settings.toml in a run's folder: all that makes the run what it is, by which {@code --config} repeats it. */
final class SettingsFile {
    static final String NAME = "settings.toml";

    /** Options of {@code train} that no file sets: what is done with a run, rather than what it is. */
    private static final Set<String> NO_SETTINGS = Set.of(
            "--resume", "--config", "--out", "--help", "--verbose", "--version", "--profile", "--json", "--init");

    private static final Set<String> ROTARY = Set.of("--kv-heads", "--mlp", "--rope-base");
    private static final Set<String> PLATEAU = Set.of("--plateau-patience", "--plateau-factor");

    private final SequencedMap<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> origins;

    /**
     * The settings of a new run.
     *
     * @param origins of those that somebody has set, by option
     * @param tokenizer as it was asked for
     */
    SettingsFile(RunSetup setup, Map<String, String> origins, String tokenizer) {
        this.origins = origins;
        values.put("--tokenizer", tokenizer);
        values.putAll(values(setup.state(), setup.model().config()));
    }

    /**
     * The effective settings of a run, by option: how long it is first, then the others in the order of their names.
     */
    static SequencedMap<String, Object> values(RunState state, GptConfig model) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        values.put("--data", state.data().names());
        if (state.config().stopping().minutes() > 0) {
            values.put("--minutes", state.config().stopping().minutes());
        } else {
            values.put("--iters", state.config().iterations());
        }
        Map<String, Object> others = new TreeMap<>();
        others.putAll(TextOptions.values(state.data().settings()));
        others.putAll(SamplingOptions.values(state.config().sampling()));
        others.putAll(ModelOptions.values(model));
        others.putAll(OptimizationOptions.values(state.config()));
        others.keySet().removeIf(name -> !applies(name, others));
        values.putAll(others);
        return values;
    }

    /** Whether a file may set an option. */
    static boolean isSetting(String option) {
        return !NO_SETTINGS.contains(option);
    }

    /** Some settings belong to others. */
    private static boolean applies(String name, Map<String, Object> values) {
        if (ROTARY.contains(name)) {
            return values.get("--arch") instanceof Architecture blocks && blocks.isRotary();
        }
        if (PLATEAU.contains(name)) {
            return values.get("--schedule") == Schedule.PLATEAU;
        }
        return switch (name) {
            case "--momentum" -> values.get("--optimizer") == Algorithm.MUON;
            case "--min-lr" -> values.get("--schedule") != Schedule.CONSTANT;
            case "--decay-fraction" -> values.get("--schedule") == Schedule.WSD;
            default -> true;
        };
    }

    /** What somebody has set, and where: for the header of a run. */
    String summary() {
        return values.keySet().stream()
                .filter(name -> origins.containsKey(name) && !name.equals("--data"))
                .map(name ->
                        "%s %s (%s)".formatted(name.substring(2), Choices.shown(values.get(name)), origins.get(name)))
                .collect(Collectors.joining(", "));
    }

    /** Writes the file. */
    void write(Path folder) throws IOException {
        AtomicFiles.write(folder.resolve(NAME), FileContent.ofText(text()));
    }

    private String text() {
        StringBuilder text =
                new StringBuilder("# All settings of this run. To repeat it: randygpt train --config " + NAME + "\n");
        values.forEach((name, value) -> text.append(
                "%s = %s  # %s\n".formatted(name.substring(2), toml(value), origins.getOrDefault(name, "default"))));
        return text.toString();
    }

    private static String toml(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(SettingsFile::toml).collect(Collectors.joining(", ", "[", "]"));
            case Float number -> tomlFloat(number);
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case null, default -> "\"" + Toml.tomlEscape(Choices.shown(value)) + "\"";
        };
    }

    /** TOML's floats have a point or an exponent. */
    private static String tomlFloat(float number) {
        String text = Formats.number(number);
        return text.contains(".") || text.contains("e") ? text : text + ".0";
    }
}
