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
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.TrainingConfig;

/**
 * A run that is ready to train.
 *
 * @param model trained in place
 * @param graph of a training step
 * @param state where the run stands
 * @param dataset the text
 * @param folder where the run writes
 */
record RunSetup(SavedModel model, Graph graph, RunState state, TokenDataset dataset, RunFolder folder) {

    /** A new run. Everything is checked before its folder is made. */
    static RunSetup fresh(
            Environment environment,
            ModelOptions shape,
            TrainingConfig settings,
            @Nullable String data,
            @Nullable Path out) {
        Path path = out == null
                ? new RunFolders(environment.folder()).forRunAt(LocalDateTime.now(ZoneId.systemDefault()))
                : environment.folder().resolve(out);
        SourceText text = Texts.of(environment).read(data == null ? Texts.BUNDLED : data);
        Tokenizer tokenizer = CharTokenizer.of(text.content());
        GptConfig config = shape.config(tokenizer.vocabSize());
        Graph graph = MemoryNeed.fitting(config, settings.batch());
        TokenDataset dataset = TokenDataset.split(tokenizer.bos(), tokenizer.encode(text.content()), config.context());
        RunState state = RunState.fresh(settings, text.name(), text.sha256());
        RunFolder folder = create(path);
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(settings.seed()));
        return new RunSetup(new SavedModel(config, parameters, tokenizer), graph, state, dataset, folder);
    }

    /** A folder's name that a shell left empty would be the current folder. */
    static void requireName(String option, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new BadInputException("%s is empty; name a file or folder, or leave it out".formatted(option));
        }
    }

    private static RunFolder create(Path path) {
        try {
            RunFolder folder = RunFolder.create(path);
            if (!Files.isWritable(path)) {
                throw new BadInputException("--out %s: the folder cannot be written to; name another".formatted(path));
            }
            return folder;
        } catch (FileAlreadyExistsException taken) {
            throw new BadInputException(
                    taken.getReason() == null
                            ? "--out %s is a file; name a folder".formatted(taken.getFile())
                            : "%s holds another run or model, which stays as it is; go on with it by --resume --out %s, or give --out another name"
                                    .formatted(path, Formats.shellWord(path.toString())),
                    taken);
        } catch (IOException problem) {
            throw new BadInputException("the folder of --out cannot be made: " + Failures.sentence(problem), problem);
        }
    }
}
