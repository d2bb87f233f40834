package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
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
import org.tomlj.TomlParseResult;

/** settings.toml in a run's folder: all that makes the run what it is, by which {@code --config} repeats it. */
final class SettingsFile {
    static final String NAME = "settings.toml";
    /** What the SHA-256 of the text is under, in the file and where runs are compared. */
    static final String DATA_SUM = "data-sha256";
    /** What the SHA-256 of the weights of {@code --init} is under. */
    static final String INIT_SUM = "init-sha256";
    /** What is no option: by it a repeated run notices that it reads something else. */
    static final List<String> SUMS = List.of(DATA_SUM, INIT_SUM);

    /** Options of {@code train} that no file sets: what is done with a run, rather than what it is. */
    private static final Set<String> NO_SETTINGS =
            Set.of("--resume", "--config", "--out", "--help", "--verbose", "--version", "--profile", "--json");

    /**
     * What does not make a run another one, but changes what is seen of it or written, or what computes it: kept where
     * somebody has set it. What is about the machine is not kept: threads, and where tokens are.
     */
    static final List<String> KEPT_IF_SET = List.of(
            GivenSettings.PRESET,
            "--kernels",
            "--blas-library",
            "--log",
            "--sample-every",
            "--sample-tokens",
            "--save-every",
            "--keep",
            "--on-save-error");

    /** What a run's state does not hold and its results depend on. */
    private static final List<String> ONLY_HERE = List.of("tokenizer", "init", INIT_SUM, "kernels");

    private static final Set<String> ROTARY = Set.of("--kv-heads", "--mlp", "--rope-base");
    private static final Set<String> PLATEAU = Set.of("--plateau-patience", "--plateau-factor");

    private final SequencedMap<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> origins;

    /**
     * The settings of a new run.
     *
     * @param more settings, which its state and model do not hold
     * @param origins of those that somebody has set, by option
     */
    SettingsFile(RunSetup setup, SequencedMap<String, Object> more, Map<String, String> origins) {
        this.origins = origins;
        values.putAll(values(setup.state(), setup.model().config()));
        values.putAll(more);
    }

    /**
     * The effective settings of a run, by option: how long it is first, then the others in the order of their names.
     */
    static SequencedMap<String, Object> values(RunState state, GptConfig model) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        values.put(GivenSettings.DATA, state.data().names());
        values.put("--" + DATA_SUM, state.data().sha256());
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

    /** What the file in a run's folder has beside {@link #values}, as far as results depend on it; often nothing. */
    static SequencedMap<String, String> beside(Path folder) {
        SequencedMap<String, String> beside = new LinkedHashMap<>();
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return beside;
        }
        try {
            TomlParseResult read = Toml.parse(file);
            for (String key : ONLY_HERE) {
                if (read.get(List.of(key)) instanceof String text) {
                    beside.put("--" + key, text);
                }
            }
        } catch (IOException _) {
            // Somebody has made something else of it; what else there is of the run is shown.
        }
        return beside;
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

    /** Writes the file. */
    void write(Path folder) throws IOException {
        AtomicFiles.write(folder.resolve(NAME), FileContent.ofText(text()));
    }

    private String text() {
        StringBuilder text =
                new StringBuilder("# All settings of this run. To repeat it: randygpt train --config " + NAME + "\n");
        values.forEach((name, value) -> text.append(
                "%s = %s  # %s%s\n".formatted(name.substring(2), toml(value), origin(name), note(name, value))));
        return text.toString();
    }

    private String origin(String name) {
        return switch (name.substring(2)) {
            case DATA_SUM -> "of the content; a repeat with another says so";
            case INIT_SUM -> "of the weights; a repeat needs the same";
            default -> origins.getOrDefault(name, "default");
        };
    }

    /** Where a repeat is not the same run. */
    private static String note(String name, Object value) {
        return switch (name) {
            case "--minutes" -> "; a repeat takes as many steps as it has time for, and so is another run";
            case GivenSettings.DATA ->
                value instanceof List<?> names && names.stream().anyMatch(Texts::isStandardInput)
                        ? "; standard input is not kept: a repeat needs the text's name by --data"
                        : "";
            case "--kernels" ->
                value == KernelOptions.Choice.BLAS ? "; results depend on the library and on the machine" : "";
            default -> "";
        };
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
