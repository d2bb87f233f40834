package org.randygpt.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.RunState;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What somebody has asked of a run, on the command line, in a file or by a preset. */
final class AskedSettings {
    private static final String OF_MODEL = "the model of --init";
    private static final String TOKENIZER = "--tokenizer";

    private final Environment environment;
    private final CommandSpec train;
    private final GivenSettings given;

    /**
     * Of {@code train}, once its arguments have been read.
     *
     * @param train with the {@link GivenSettings} that its values come from where no argument gives them
     */
    AskedSettings(Environment environment, CommandSpec train) {
        this.environment = environment;
        this.train = train;
        given = train.defaultValueProvider() instanceof GivenSettings settings ? settings : GivenSettings.none();
    }

    private boolean isOption(String name) {
        return train.commandLine().getParseResult().hasMatchedOption(name);
    }

    private boolean isOfFile(String name) {
        return !isOption(name)
                && !given.fileName().isEmpty()
                && given.fileName().equals(given.origin(name));
    }

    /** Where the value of an option comes from; null where nobody has set it. */
    @Nullable
    String origin(String name) {
        return isOption(name) ? SettingsRow.OPTION : given.origin(name);
    }

    /**
     * The model that a run is to train on.
     *
     * @param init its folder, or what stands for it
     * @param shape that a new model would have; becomes this one's
     * @throws BadInputException when it cannot be read, or is not the one that was asked for
     */
    InitialModel initialModel(String init, ModelOptions shape) {
        boolean ofFile = isOfFile(GivenSettings.INIT);
        InitialModel initial = InitialModel.read(
                new RunFolders(environment.folder()).named(init),
                ofFile ? given.fileName() : "",
                ofFile ? given.sum(SettingsFile.INIT_SUM) : Optional.empty());
        List<OptionSpec> asked =
                new ArrayList<>(train.commandLine().getParseResult().matchedOptions());
        train.options().stream()
                .filter(option -> isOfFile(option.longestName()))
                .forEach(asked::add);
        shape.follow(initial.model().config(), asked);
        return initial;
    }

    /** Throws {@link BadInputException} where a run is repeated that has read standard input. */
    void requireTextThatIsKept(List<String> data) {
        boolean written =
                isOfFile(GivenSettings.DATA) && given.sum(SettingsFile.DATA_SUM).isPresent();
        if (written && data.stream().anyMatch(Texts::isStandardInput)) {
            throw new BadInputException(
                    "--config %s: that run has read its text from standard input, which is not kept; say with --data where it is, or give it again by --data -"
                            .formatted(given.fileName()));
        }
    }

    /** Says where a run that is repeated reads another text. */
    void noticeOtherText(String sha256) {
        Optional<String> expected = isOfFile(GivenSettings.DATA) ? given.sum(SettingsFile.DATA_SUM) : Optional.empty();
        if (expected.isPresent() && !expected.get().equalsIgnoreCase(sha256)) {
            environment
                    .err()
                    .println(
                            "randygpt: the text is not that of %s any more, so that this will be another run: its SHA-256 is %s, and was %s"
                                    .formatted(given.fileName(), sha256, expected.get()));
        }
    }

    /** Settings that a run's state and model do not hold, by option. */
    SequencedMap<String, Object> beside(@Nullable InitialModel initial, @Nullable String tokenizer) {
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        if (initial == null) {
            settings.put(TOKENIZER, tokenizer == null ? Tokenizers.CHARACTERS : stored(tokenizer));
        } else {
            settings.put(GivenSettings.INIT, initial.folder().toString());
            settings.put("--" + SettingsFile.INIT_SUM, initial.sha256());
        }
        settings.putAll(keptIfSet());
        return settings;
    }

    private SequencedMap<String, Object> keptIfSet() {
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        for (String name : SettingsFile.KEPT_IF_SET) {
            if (origin(name) != null) {
                Object value = Objects.requireNonNull(train.findOption(name)).getValue();
                settings.put(name, value instanceof Path path ? absolute(path.toString()) : value);
            }
        }
        return settings;
    }

    /** As a run from another folder finds it. */
    private String stored(String tokenizer) {
        boolean name = tokenizer.equals(Tokenizers.GPT2) || Tokenizers.isLearnt(tokenizer);
        return name || Files.notExists(environment.folder().resolve(tokenizer)) ? tokenizer : absolute(tokenizer);
    }

    private String absolute(String path) {
        return environment.folder().resolve(path).toAbsolutePath().normalize().toString();
    }

    /** Where each setting of a new run comes from that is not the usual one, by option. */
    SequencedMap<String, String> origins(@Nullable InitialModel initial) {
        SequencedMap<String, String> origins = new LinkedHashMap<>();
        for (OptionSpec option : train.options()) {
            String name = option.longestName();
            String origin = initial != null && ModelOptions.has(name) ? OF_MODEL : origin(name);
            if (origin != null) {
                origins.put(name, origin);
            }
        }
        return origins;
    }

    /** What is not as usual in a new run, for its header, in lines. */
    List<String> row(
            RunState state,
            GptConfig model,
            SequencedMap<String, Object> beside,
            SequencedMap<String, String> origins) {
        SequencedMap<String, Object> unusual = UsualSettings.unusual(SettingsFile.values(state, model), model);
        beside.forEach((name, value) -> {
            if (isWorthSaying(name, value)) {
                unusual.put(name, value);
            }
        });
        return SettingsRow.lines(unusual, name -> origins.getOrDefault(name, SettingsRow.OF_THE_RUN));
    }

    /** The same of a run that goes on. */
    List<String> rowOfResumed(RunState state, GptConfig model) {
        return row(state, model, keptIfSet(), origins(null));
    }

    private boolean isWorthSaying(String name, Object value) {
        OptionSpec option = train.findOption(name);
        if (option == null || name.equals(GivenSettings.PRESET)) {
            return false;
        }
        return name.equals(TOKENIZER) ? !value.equals(Tokenizers.CHARACTERS) : !value.equals(option.initialValue());
    }
}
