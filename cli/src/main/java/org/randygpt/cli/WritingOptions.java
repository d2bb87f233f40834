package org.randygpt.cli;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Continuation.End;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that say which model writes, and how. */
@Command(optionListHeading = "%nHow it writes:%n")
final class WritingOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The folder of a model or of a run, whose best model it is, or its name in runs, or DIR/latest."
                            + " Default: the newest in runs")
    private @Nullable String model;

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

    /** The folder of the model, or its name in {@code runs}; null for the newest. */
    @Nullable
    String model() {
        return model;
    }

    /** How tokens are drawn, from the seed on. */
    Chat.Drawing drawing() {
        return new Chat.Drawing(temperature, topK, topP, new Random(seed));
    }

    /** Where the writing ends before all tokens are there. */
    End end() {
        return stopAtEnd ? End.OF_DOCUMENT : End.NOWHERE;
    }

    /** How many threads, which can be. */
    int threads() {
        RunRequest.requireThreads(threads);
        return threads;
    }
}
