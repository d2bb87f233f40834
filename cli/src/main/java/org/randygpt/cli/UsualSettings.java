package org.randygpt.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.TrainingConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the settings of a run are that nobody has set. Some follow from others, which therefore come first. */
@Command
final class UsualSettings {
    /** Of each stage, what is usual follows from the stages before; all other settings make the last one. */
    private static final List<Set<String>> STAGES = List.of(
            Set.of("--recipe"),
            Set.of("--arch", "--optimizer"),
            Set.of(
                    "--layers",
                    "--width",
                    "--heads",
                    "--context",
                    "--batch",
                    "--iters",
                    "--minutes",
                    "--lr",
                    "--schedule"));

    @Mixin
    private TextOptions text = new TextOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private OptimizationOptions optimization = new OptimizationOptions();

    private UsualSettings() {}

    /** Those of some settings, as {@link SettingsFile#values} has them, that are not as usual; in their order. */
    static SequencedMap<String, Object> unusual(SequencedMap<String, Object> settings, GptConfig config) {
        Map<String, Object> different = new HashMap<>();
        Map<String, Object> given = new LinkedHashMap<>();
        Map<String, Object> left = new LinkedHashMap<>(settings);
        for (Set<String> stage : STAGES) {
            Map<String, Object> usual = with(given, config.vocabSize());
            for (String name : stage) {
                Object value = left.remove(name);
                if (value != null) {
                    given.put(name, value);
                    if (!value.equals(usual.get(name))) {
                        different.put(name, value);
                    }
                }
            }
        }
        Map<String, Object> usual = with(given, config.vocabSize());
        left.forEach((name, value) -> {
            if (usual.containsKey(name) && !Objects.equals(value, usual.get(name))) {
                different.put(name, value);
            }
        });
        SequencedMap<String, Object> unusual = new LinkedHashMap<>();
        settings.forEach((name, value) -> {
            if (different.containsKey(name)) {
                unusual.put(name, value);
            }
        });
        return unusual;
    }

    /** All settings where only these are given. */
    private static Map<String, Object> with(Map<String, Object> given, int vocabulary) {
        UsualSettings options = new UsualSettings();
        String[] arguments = given.entrySet().stream()
                .map(option -> option.getKey() + "=" + Choices.shown(option.getValue()))
                .toArray(String[]::new);
        var _ = Choices.readBy(new CommandLine(options)).parseArgs(arguments);
        TrainingConfig training = options.optimization.config(options.model.recipe(), options.sampling.settings());
        Map<String, Object> values = new HashMap<>();
        values.putAll(TextOptions.values(options.text.settings()));
        values.putAll(SamplingOptions.values(training.sampling()));
        values.putAll(ModelOptions.values(options.model.config(vocabulary)));
        values.putAll(OptimizationOptions.values(training));
        values.put("--iters", training.iterations());
        return values;
    }
}
