package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.data.TokenStore;
import org.randygpt.train.DataSource;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunOverview;
import org.randygpt.train.RunState;
import org.randygpt.train.TrainingConfig;

/**
 * What a model is measured on: a whole text, or what a run has held out of its own.
 *
 * @param text the whole text
 * @param run null for all of it
 */
record MeasuredText(TrainingText text, @Nullable RunState run) {
    private static final String ASK = "name a text to measure on with --data";

    /** All of a text. */
    static MeasuredText whole(TrainingText text) {
        return new MeasuredText(text, null);
    }

    /**
     * What the run of a model has held out.
     *
     * @param folder of the run, or of a save in it
     * @param model as it was named
     * @throws BadInputException saying why nobody knows, and asking for a text
     */
    static MeasuredText heldOut(Environment environment, Path folder, String model) {
        RunState state = state(folder, model);
        DataSource source = state.data();
        if (source.names().stream().anyMatch(name -> name.split(":", -1)[0].equals(Texts.STANDARD_INPUT))) {
            throw new BadInputException(
                    "the text of the run in %s came from standard input, and is gone; %s".formatted(model, ASK));
        }
        TrainingText text;
        try {
            text = Texts.of(environment).read(source.names(), source.settings());
        } catch (BadInputException problem) {
            throw new BadInputException(
                    "the text of the run in %s cannot be read: %s; %s".formatted(model, problem.getMessage(), ASK),
                    problem);
        }
        if (!text.source().sha256().equals(source.sha256())) {
            throw new BadInputException(
                    "the text of the run in %s has changed, so that what it has held out is unknown: the SHA-256 of %s is %s here and %s in the run; %s"
                            .formatted(model, text.shownName(), text.source().sha256(), source.sha256(), ASK));
        }
        return new MeasuredText(text, state);
    }

    private static RunState state(Path folder, String model) {
        Path parent = folder.toAbsolutePath().normalize().getParent();
        try {
            if (Files.isDirectory(folder) && RunFolder.holdsRun(folder)) {
                return RunOverview.read(folder).state();
            }
            if (parent != null && RunFolder.isSave(folder)) {
                return RunOverview.read(parent).state();
            }
        } catch (NoSuchFileException none) {
            // As without a run.
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
        throw new BadInputException(
                "%s is a model without its run, so that nobody knows what it has not been trained on; %s"
                        .formatted(model, ASK));
    }

    /** Throws {@link BadInputException} unless two runs have the same text. */
    static void requireSame(MeasuredText first, MeasuredText second, String firstModel, String secondModel) {
        if (!first.text.source().sha256().equals(second.text.source().sha256())) {
            throw new BadInputException("%s was trained on %s and %s on %s; name a text to measure both on with --data"
                    .formatted(firstModel, first.text.shownName(), secondModel, second.text.shownName()));
        }
    }

    /** Whether it is a part of its text. */
    boolean isHeldOut() {
        return run != null;
    }

    /**
     * Its tokens.
     *
     * @throws BadInputException when they cannot be read, or have weights and are the whole text
     */
    TokenStore tokens(SavedModel model, TokenCache cache, int threads) {
        if (run == null) {
            return text.onlyTokens("--data", model.tokenizer(), cache, threads);
        }
        TrainingConfig config = run.config();
        try {
            return text.dataset(
                            model.tokenizer(),
                            cache,
                            threads,
                            model.config().context(),
                            config.sampling(),
                            config.seed())
                    .heldOutText();
        } catch (IllegalArgumentException problem) {
            throw new BadInputException("%s; %s".formatted(problem.getMessage(), ASK), problem);
        }
    }
}
