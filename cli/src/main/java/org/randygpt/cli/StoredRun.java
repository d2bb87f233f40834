package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Initialization;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import org.randygpt.train.TokenDataset;

/**
 * A run that has been stopped.
 *
 * @param folder where it is
 * @param state where it stands, with the settings that it is to go on with
 */
record StoredRun(RunFolder folder, RunState state) {

    /**
     * Finds a run.
     *
     * @param out its folder; null for the newest
     */
    static StoredRun open(Environment environment, OptimizationOptions settings, @Nullable Path out)
            throws IOException {
        Path path = out == null
                ? new RunFolders(environment.folder()).newest()
                : environment.folder().resolve(out);
        RunFolder folder = open(path);
        try {
            RunState stored = folder.latestState();
            return new StoredRun(folder, stored.with(settings.config(stored.config(), stored.step())));
        } catch (IOException problem) {
            folder.close();
            throw new BadInputException(Failures.sentence(problem), problem);
        } catch (RuntimeException problem) {
            folder.close();
            throw problem;
        }
    }

    private static RunFolder open(Path path) {
        try {
            return RunFolder.open(path);
        } catch (NoSuchFileException problem) {
            throw new BadInputException(
                    "%s holds no run to resume; name the folder of one with --out, or leave --resume out"
                            .formatted(path),
                    problem);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    /** Whether there is nothing left to do. */
    boolean isFinished() {
        return state.step() >= state.config().iterations();
    }

    /** Says that there is nothing left to do. */
    String finishedSentence() {
        return "The run in %s is finished: it has done all of its %s. To train it on, give it more with --iters."
                .formatted(folder.path(), Formats.count(state.step(), "step"));
    }

    /**
     * Gets the rest of the run ready.
     *
     * @param request may say where its text is now
     */
    RunSetup setup(Environment environment, RunRequest request) {
        SourceText text = Texts.of(environment).read(request.data() == null ? state.data() : request.data());
        if (!text.sha256().equals(state.dataSha256())) {
            throw new BadInputException(
                    "%s is not the text that the run in %s began with: its SHA-256 is %s instead of %s; give that text with --data"
                            .formatted(text.name(), folder.path(), text.sha256(), state.dataSha256()));
        }
        // Where the text is now is where to look for it the next time.
        RunState moved = new RunState(
                state.config(), text.name(), text.sha256(), state.step(), state.initialLoss(), state.bestLoss());
        try {
            GptConfig config = folder.latestConfig();
            // The weights have started long ago.
            Graph graph = RunSetup.graph(
                    config, Initialization.standard(config), state.config().microBatch(), request.threads(), text);
            SavedModel model = folder.latestModel();
            int[] tokens = model.tokenizer().encode(text.content());
            TokenDataset dataset = TokenDataset.split(
                    model.tokenizer().bos(), tokens, model.config().context());
            return new RunSetup(model, graph, moved, dataset, folder);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }
}
