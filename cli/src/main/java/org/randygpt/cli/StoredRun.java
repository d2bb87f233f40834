package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Initialization;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import org.randygpt.train.TokenDataset;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A run that has been stopped.
 *
 * @param folder where it is
 * @param state where it stands, with the settings that it is to go on with
 */
record StoredRun(RunFolder folder, RunState state) {
    /** The options that a run may go on with differently: they do not change what its steps compute. */
    static final Set<String> MAY_DIFFER = Set.of(
            "--resume",
            "--preset",
            "--config",
            "--data",
            "--cache",
            "--iters",
            "--minutes",
            "--threads",
            "--sample-tokens",
            "--sample-every",
            "--json",
            "--profile",
            "--log",
            "--verbose",
            "--save-every",
            "--keep",
            "--on-save-error",
            "--kernels",
            "--blas-library");

    /**
     * Finds a run.
     *
     * @param name of its folder, or of one in {@code runs}; null for the newest
     */
    static StoredRun open(Environment environment, @Nullable String name) {
        RunFolders runs = new RunFolders(environment.folder());
        Path path = name == null ? runs.newest() : runs.named(name);
        try {
            RunFolder folder = RunFolder.open(path);
            try {
                return new StoredRun(folder, folder.latestState());
            } catch (IOException | RuntimeException problem) {
                folder.close();
                throw problem;
            }
        } catch (NoSuchFileException none) {
            throw new BadInputException(
                    "%s holds no run to resume; name the folder of one after --resume, or leave --resume out"
                            .formatted(path),
                    none);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    /** The same run with what may be new in it. */
    StoredRun with(OptimizationOptions settings, SavingOptions saving) {
        return new StoredRun(folder, state.with(settings.config(state)).with(saving.settings(state.saving())));
    }

    /** Whether there is nothing left to do. */
    boolean isFinished() {
        return state.isFinished();
    }

    /** Says that there is nothing left to do. */
    String finishedSentence() {
        boolean stopped = state.step() < state.config().iterations();
        return stopped
                ? "The run in %s is finished: after %s, its validation has not become better %d times in a row."
                        .formatted(
                                folder.path(),
                                Formats.count(state.step(), "step"),
                                state.config().stopping().patience())
                : "The run in %s is finished: it has done all of its %s. To train it on, give it more with --iters%s."
                        .formatted(
                                folder.path(),
                                Formats.count(state.step(), "step"),
                                state.config().stopping().minutes() == 0 ? "" : " or --minutes");
    }

    /**
     * Gets the rest of the run ready.
     *
     * @param request may say where its text is now
     * @param given the options of the command line
     * @throws BadInputException that names all that would make it another run
     */
    RunSetup setup(Environment environment, RunRequest request, List<OptionSpec> given) {
        List<String> names = request.text().data().isEmpty()
                ? state.data().names()
                : request.text().data();
        Texts texts = Texts.of(environment);
        if (request.text().data().isEmpty() && names.stream().anyMatch(Texts::isStandardInput)) {
            throw new BadInputException(
                    "the run in %s has read its text from standard input, which is not kept; say with --data where it is, or give it again by --data -"
                            .formatted(folder.path()));
        }
        TrainingText text = read(texts, names, request);
        try {
            GptConfig config = folder.latestConfig();
            List<String> differences = differences(config, given);
            differences.addAll(differencesOfText(text, texts));
            requireNone(differences);
            // The weights have started long ago.
            Graph graph =
                    RunSetup.graph(config, Initialization.standard(config), state.config(), request.threads(), text);
            SavedModel model = folder.latestModel();
            TokenDataset dataset =
                    RunSetup.dataset(environment, request, text, model.tokenizer(), config, state.config());
            // Where the text is now is where to look for it the next time.
            RunState now = state.withData(state.data().at(text.source().names()));
            return new RunSetup(model, graph, now, text, dataset, folder);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private TrainingText read(Texts texts, List<String> names, RunRequest request) {
        try {
            return texts.read(names, state.data().settings());
        } catch (BadInputException problem) {
            if (!request.text().data().isEmpty()) {
                throw problem;
            }
            throw new BadInputException(
                    "the text of the run in %s cannot be read: %s; if it has moved, say with --data where it is now"
                            .formatted(folder.path(), problem.getMessage()),
                    problem);
        }
    }

    private List<String> differencesOfText(TrainingText text, Texts texts) {
        List<String> differences = new ArrayList<>();
        List<Double> here = texts.weights(text.source().names());
        List<Double> inTheRun = texts.weights(state.data().names());
        if (!here.equals(inTheRun)) {
            differences.add(
                    "the weights of --data are %s here and %s in the run".formatted(shown(here), shown(inTheRun)));
        }
        if (here.size() != inTheRun.size()) {
            // Then nothing tells whether the rest is the same.
            return differences;
        }
        String found = text.sha256(inTheRun);
        if (!found.equals(state.data().sha256())) {
            differences.add("the SHA-256 of %s is %s here and %s in the run"
                    .formatted(text.shownName(), found, state.data().sha256()));
        }
        return differences;
    }

    private static String shown(List<Double> weights) {
        return weights.isEmpty()
                ? "not given"
                : weights.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }

    /**
     * Throws {@link BadInputException} that names each option which is not as the run has it.
     *
     * @param given the options of the command line
     */
    void requireSame(List<OptionSpec> given) throws IOException {
        requireNone(differences(folder.latestConfig(), given));
    }

    private List<String> differences(GptConfig config, List<OptionSpec> given) {
        Map<String, Object> stored = new HashMap<>(ModelOptions.values(config));
        stored.putAll(OptimizationOptions.values(state.config()));
        stored.putAll(SamplingOptions.values(state.config().sampling()));
        stored.putAll(TextOptions.values(state.data().settings()));
        List<String> differences = new ArrayList<>();
        for (OptionSpec option : given) {
            String name = option.longestName();
            Object value = option.getValue();
            if (!MAY_DIFFER.contains(name) && !value.equals(stored.get(name))) {
                differences.add("%s is %s here and %s in the run"
                        .formatted(name, Choices.shown(value), Choices.shown(stored.get(name))));
            }
        }
        return differences;
    }

    private void requireNone(List<String> differences) {
        if (!differences.isEmpty()) {
            throw new BadInputException("this would not be the run in %s any more, which stays as it is: %s"
                    .formatted(folder.path(), String.join("; ", differences)));
        }
    }
}
