package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Initialization;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.FolderInUseException;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import org.randygpt.train.Saving;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.TrainingConfig;

/**
 * A run that is ready to train.
 *
 * @param model trained in place
 * @param graph of a training step
 * @param state where the run stands
 * @param text what it trains on
 * @param dataset the text in windows
 * @param folder where the run writes
 */
record RunSetup(
        SavedModel model, Graph graph, RunState state, TrainingText text, TokenDataset dataset, RunFolder folder) {

    /**
     * A new run. Everything is checked, and most memory taken, before its folder is made.
     *
     * @param shape of a new model
     * @param initial a model to train on, in place of a new one
     */
    static RunSetup fresh(
            Environment environment,
            ModelOptions shape,
            @Nullable SavedModel initial,
            TrainingConfig settings,
            Saving saving,
            RunRequest request)
            throws IOException {
        Path path = request.out() == null
                ? new RunFolders(environment.folder()).forRunAt(LocalDateTime.now(ZoneId.systemDefault()))
                : environment.folder().resolve(request.out());
        TrainingText text =
                Texts.of(environment).read(request.text().data(), request.text().settings());
        Tokenizer tokenizer = initial == null ? tokenizer(environment, request, text) : initial.tokenizer();
        GptConfig config = initial == null ? shape.config(tokenizer.vocabSize()) : initial.config();
        Initialization start = shape.recipe().initialization(config);
        Graph graph = graph(config, start, settings, request.threads(), text);
        TokenDataset dataset = dataset(environment, request, text, tokenizer, config, settings);
        RunState state = RunState.fresh(settings, text.source()).with(saving);
        Parameters parameters = initial == null ? new Parameters(graph) : initial.parameters();
        if (initial == null) {
            parameters.initialize(new Random(settings.seed()));
        }
        RunFolder folder = create(path);
        return new RunSetup(new SavedModel(config, parameters, tokenizer), graph, state, text, dataset, folder);
    }

    /** Whether the model sees where documents end. */
    boolean severalDocuments() {
        return dataset.documents() > text.corpus().parts().size();
    }

    private static Tokenizer tokenizer(Environment environment, RunRequest request, TrainingText text)
            throws IOException {
        String name = request.tokenizer() == null ? Tokenizers.CHARACTERS : request.tokenizer();
        return Tokenizers.of(name, text, environment, request.threads());
    }

    /** The text in windows, of a run whether it is new or not. */
    static TokenDataset dataset(
            Environment environment,
            RunRequest request,
            TrainingText text,
            Tokenizer tokenizer,
            GptConfig config,
            TrainingConfig settings) {
        TokenCache cache =
                request.cache().cache(environment, note -> environment.out().println(note));
        return text.dataset(
                tokenizer, cache, request.threads(), config.context(), settings.sampling(), settings.seed());
    }

    /**
     * The graph that trains a model.
     *
     * @throws BadInputException when training would not fit the heap, naming what to make smaller
     */
    static Graph graph(GptConfig config, Initialization start, TrainingConfig settings, int threads, TrainingText text)
            throws IOException {
        int batch = settings.microBatch();
        if ((long) batch * config.context() > Integer.MAX_VALUE) {
            throw new BadInputException(
                    "a batch of %d windows of %d characters is more than an array holds; make --micro-batch or --context smaller"
                            .formatted(batch, config.context()));
        }
        Graph graph;
        try {
            graph = Gpt.training(config, start, settings.dropout(), batch, config.context());
        } catch (ArithmeticException overflow) {
            throw new BadInputException(
                    "the model has more than %d parameters; make --layers or --width smaller"
                            .formatted(Integer.MAX_VALUE),
                    overflow);
        }
        MemoryNeed.ofTraining(graph, config, settings, threads, text.storedBytes())
                .requireWithin(Runtime.getRuntime().maxMemory());
        return graph;
    }

    private static RunFolder create(Path path) throws IOException {
        try {
            return RunFolder.create(path);
        } catch (FileAlreadyExistsException taken) {
            throw new BadInputException(
                    taken.getReason() == null
                            ? "--out %s is a file; name a folder".formatted(taken.getFile())
                            : holdsSomething(path),
                    taken);
        } catch (FolderInUseException inUse) {
            throw new BadInputException(Failures.sentence(inUse), inUse);
        } catch (IOException problem) {
            if (Files.isDirectory(path)) {
                throw new BadInputException(
                        "--out %s: the folder cannot be written to; name another".formatted(path), problem);
            }
            throw new BadInputException("the folder of --out cannot be made: " + Failures.sentence(problem), problem);
        }
    }

    private static String holdsSomething(Path path) throws IOException {
        return RunFolder.holdsRun(path)
                ? "%s holds another run, which stays as it is; go on with it by --resume %s, or give --out another name"
                        .formatted(path, Formats.shellWord(path.toString()))
                : "%s holds another model, which stays as it is; give --out another name".formatted(path);
    }
}
