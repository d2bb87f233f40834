package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.NewFolder;
import org.randygpt.core.gguf.GgufModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt import}. */
@Command(
        name = "import",
        description =
                "Reads a file of llama.cpp's into a model folder, which generate, eval, chat and train --init take.",
        sortOptions = false,
        sortSynopsis = false,
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footer = {
            "",
            "It takes the architectures gpt2, llama and qwen3, weights of F32, F16 and BF16, and byte-level",
            "tokenizers that cut texts as GPT-2 or GPT-4 does. What is quantized is named and refused, and so",
            "is a key that is not known and may matter.",
            "",
            "Examples:",
            "  randygpt import model.gguf --out model",
            "  randygpt generate --model model --prompt \"To be\""
        })
final class ImportCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "FILE", description = "A file of llama.cpp's, .gguf.")
    private Path file = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the model folder goes; it must not be there yet.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "Write one JSON object to standard output, and all else to standard error.")
    private boolean json;

    ImportCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (Files.isDirectory(environment.folder().resolve(file))) {
            throw new BadInputException(
                    "%s is a folder; a model folder needs no import: give it to --model or --init as it is"
                            .formatted(file));
        }
        Path place = NewPlace.ofFolder(environment, out);
        Environment quiet = json ? environment.onStandardError() : environment;
        ReadingBar bar = new ReadingBar(quiet.out(), quiet.screen(), System::nanoTime);
        try (GgufModel model = open()) {
            NewFolder.write(place, ModelFolder.files(new CountedModel(model, bar.counting("Writing", "weights"))));
            bar.erase();
            report(model);
        } finally {
            bar.erase();
        }
        return 0;
    }

    private GgufModel open() {
        try {
            return GgufModel.open(environment.folder().resolve(file));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private void report(GgufModel model) {
        String architecture = Choices.name(model.config().architecture());
        int tokens = model.config().vocabSize();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("format", Choices.name(ExportCommand.Format.GGUF));
            object.put("out", out.toString());
            object.put("architecture", architecture);
            object.put("parameters", CountedModel.count(model));
            object.put("tokens", tokens);
            environment.out().println(JsonObject.text(object));
            return;
        }
        environment
                .out()
                .println("%s, %,d parameters, %,d tokens, in the folder %s"
                        .formatted(architecture, CountedModel.count(model), tokens, out));
    }
}
