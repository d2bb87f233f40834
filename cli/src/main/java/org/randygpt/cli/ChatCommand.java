package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Continuation.End;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.kernels.Workers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code randygpt chat}. */
@Command(
        name = "chat",
        description = "Has a trained model go on with what you write, line by line.",
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Among the lines, /help says what there is; Ctrl-C stops an answer, Ctrl-D ends.",
            "",
            "Examples:",
            "  randygpt chat",
            "  randygpt chat --model runs/larger --temperature 0.5 --tokens 100",
            "  printf 'ROMEO:\\nJULIET:\\n' | randygpt chat"
        })
final class ChatCommand implements Callable<Integer> {
    private static final String PROMPT = "> ";

    private final Environment environment;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The folder of a model or of a run, whose best model it is, or DIR/latest. Default: the newest in runs")
    private @Nullable Path model;

    @Option(names = "--tokens", paramLabel = "N", description = "How many tokens an answer has. Default: 200")
    private int tokens = 200;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Below 1 more predictable, above 1 more daring; 0: always the likeliest. Default: 0.8")
    private double temperature = 0.8;

    @Option(
            names = "--stop-at-end",
            description = "Stop an answer where the model ends a document, as one does that was trained on several.")
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
            description = "The same seed and lines give the same text. Default: 1337")
    private long seed = 1337;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; more than 1 pay for large models. Default: 1")
    private int threads = 1;

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    ChatCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (tokens < 0) {
            throw new BadInputException("--tokens is %d; it must be at least 0".formatted(tokens));
        }
        RunRequest.requireThreads(threads);
        Chat.Drawing drawing = new Chat.Drawing(temperature, topK, topP, new Random(seed));
        Arithmetic arithmetic = kernels.arithmetic(environment);
        SavedModel loaded = GenerateCommand.load(environment, model, threads);
        Output out = environment.out();
        if (environment.screen().isTerminal()) {
            out.println("%s. /help says what there is, Ctrl-D ends.".formatted(RunReport.shape(loaded.config())));
        }
        try (Workers workers = new Workers(threads);
                Lines lines = lines(System.getenv())) {
            new Chat(
                            lines,
                            out,
                            () -> new Continuation(loaded, drawing, workers, arithmetic.kernels()),
                            drawing,
                            tokens,
                            stopAtEnd ? End.OF_DOCUMENT : End.NOWHERE)
                    .run();
        }
        return 0;
    }

    private Lines lines(Map<String, String> variables) throws IOException {
        if (!environment.screen().isTerminal()) {
            return new PlainLines(environment, "");
        }
        return variables.getOrDefault("TERM", "").equals("dumb")
                ? new PlainLines(environment, PROMPT)
                : EditedLines.ofTerminal(PROMPT, Chat.WORDS);
    }
}
