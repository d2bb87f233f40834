package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Continuation.End;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.NucleusSampler;
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
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The folder of a model or of a run, whose best model it is, or DIR/latest. Default: the newest in runs")
    private @Nullable Path model;

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

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Below 1 more predictable, above 1 more daring; 0: always the likeliest. Default: 0.8")
    private double temperature = 0.8;

    @Option(
            names = "--stop-at-end",
            description = "Stop where the model ends a document, as one does that was trained on several.")
    private boolean stopAtEnd;

    @Option(names = "--top-k", paramLabel = "N", description = "Choose among the N likeliest tokens only. Default: all")
    private int topK = Integer.MAX_VALUE;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "Choose among the likeliest that together have this probability only. Default: 1")
    private double topP = 1;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same text, another one another. Default: 1337")
    private long seed = 1337;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; more than 1 pay for large models. Default: 1")
    private int threads = 1;

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    @Option(names = "--stats", description = "Say at the end how fast it was, on standard error.")
    private boolean stats;

    GenerateCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (tokens < 0) {
            throw new BadInputException("--tokens is %d; it must be at least 0".formatted(tokens));
        }
        RunRequest.requireThreads(threads);
        // Made in any case, so that its settings are checked.
        Sampler drawing = new NucleusSampler(temperature == 0 ? 1 : temperature, topK, topP, new Random(seed));
        Sampler sampler = temperature == 0 ? Sampler.greedy() : drawing;
        Arithmetic arithmetic = kernels.arithmetic(environment);
        SavedModel loaded = load(environment, model, threads);
        String text = STANDARD_INPUT.equals(prompt)
                ? Utf8.decode("standard input", environment.in().readAllBytes())
                : prompt;
        Output out = environment.out();
        try (Workers workers = new Workers(threads)) {
            Continuation continuation = new Continuation(loaded, sampler, workers, arithmetic.kernels());
            long started = System.nanoTime();
            int written = continuation.write(text, tokens, stopAtEnd ? End.OF_DOCUMENT : End.NOWHERE, out);
            long nanos = System.nanoTime() - started;
            out.println("");
            if (stats) {
                environment
                        .err()
                        .println("%,d tokens in %s: %,.0f tokens/s"
                                .formatted(written, Formats.duration(nanos), written * 1e9 / nanos));
            }
        }
        return 0;
    }

    /** The model in a folder, or in the newest run. */
    static SavedModel load(Environment environment, @Nullable Path model, int threads) {
        Path folder = model == null
                ? new RunFolders(environment.folder()).newest()
                : environment.folder().resolve(model);
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
