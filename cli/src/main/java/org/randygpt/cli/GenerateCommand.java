package org.randygpt.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.Sampler;
import org.randygpt.kernels.Workers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code randygpt generate}. */
@Command(
        name = "generate",
        description = "Has a trained model go on with a text.",
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt generate --prompt \"ROMEO:\" --tokens 1000",
            "  randygpt generate --model runs/larger --temperature 0.5 --seed 7",
            "  echo \"To be\" | randygpt generate --prompt -"
        })
final class GenerateCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Environment environment;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What to go on with; - reads it from standard input. Default: a new line")
    private @Nullable String prompt;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description =
                    "How many tokens to add, which are characters unless train was given --tokenizer. Default: 400")
    private int tokens = 400;

    @Mixin
    private WritingOptions writing = new WritingOptions();

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    @Option(names = "--stats", description = "Say at the end how fast it was, on standard error.")
    private boolean stats;

    @Option(names = "--json", description = "Write one JSON object, with the text in it, once all is written.")
    private boolean json;

    GenerateCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (tokens < 0) {
            throw new BadInputException("--tokens is %d; it must be at least 0".formatted(tokens));
        }
        int threads = writing.threads();
        Sampler sampler = writing.drawing();
        Arithmetic arithmetic = kernels.arithmetic(environment);
        SavedModel loaded = load(environment, writing.model(), threads);
        String text = STANDARD_INPUT.equals(prompt)
                ? Utf8.decode("standard input", environment.in().readAllBytes())
                : prompt;
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        Output out = json ? new Output(kept) : environment.out();
        try (Workers workers = new Workers(threads)) {
            Continuation continuation = new Continuation(loaded, sampler, workers, arithmetic.kernels());
            long started = System.nanoTime();
            int written = continuation.write(text, tokens, writing.end(), out);
            long nanos = System.nanoTime() - started;
            out.flush();
            environment.out().println(json ? object(kept.toString(StandardCharsets.UTF_8), written, nanos) : "");
            if (stats) {
                environment
                        .err()
                        .println("%,d tokens in %s: %,.0f tokens/s"
                                .formatted(written, Formats.duration(nanos), written * 1e9 / nanos));
            }
        }
        return 0;
    }

    private static String object(String text, int tokens, long nanos) {
        SequencedMap<String, Object> object = new LinkedHashMap<>();
        object.put("text", text);
        object.put("tokens", tokens);
        object.put("seconds", nanos / 1e9);
        return JsonObject.text(object);
    }

    /** The model in a folder, or in the newest run. */
    static SavedModel load(Environment environment, @Nullable String model, int threads) {
        RunFolders runs = new RunFolders(environment.folder());
        Path folder = model == null ? runs.newest() : runs.named(model);
        try {
            // First of all: damage may have any number look like another one.
            ModelFolder.requireWhole(folder);
            MemoryNeed.ofGeneration(ModelFolder.readConfigOfWeights(folder), threads)
                    .requireWithin(Runtime.getRuntime().maxMemory());
            return ModelFolder.load(folder);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }
}
