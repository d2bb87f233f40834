package org.randygpt.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
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
            "Among the lines, /help says what there is; Ctrl-C stops an answer, Ctrl-D ends. The lines of",
            "earlier times come back with the arrow keys: chat-history in the user's cache folder keeps them.",
            "",
            "Examples:",
            "  randygpt chat",
            "  randygpt chat --model runs/larger --temperature 0.5 --tokens 100",
            "  printf 'ROMEO:\\nJULIET:\\n' | randygpt chat"
        })
final class ChatCommand implements Callable<Integer> {
    private static final String PROMPT = "> ";

    private final Environment environment;

    @Option(names = "--tokens", paramLabel = "N", description = "How many tokens an answer has. Default: 200")
    private int tokens = 200;

    @Mixin
    private WritingOptions writing = new WritingOptions();

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    @Option(
            names = "--json",
            description = "Write a JSON object for each line that is read, on a line of its own: an answer's text and"
                    + " tokens, or what a command has said.")
    private boolean json;

    ChatCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (tokens < 0) {
            throw new BadInputException("--tokens is %d; it must be at least 0".formatted(tokens));
        }
        int threads = writing.threads();
        Chat.Drawing drawing = writing.drawing();
        Arithmetic arithmetic = kernels.arithmetic(environment);
        SavedModel loaded = GenerateCommand.load(environment, writing.model(), threads);
        Output out = environment.out();
        boolean talks = environment.screen().isTerminal() && !json;
        if (talks) {
            out.println("%s. /help says what there is, Ctrl-D ends.".formatted(RunReport.shape(loaded.config())));
        }
        try (Workers workers = new Workers(threads);
                Lines lines = lines(talks)) {
            Chat chat = new Chat(
                    lines,
                    out,
                    () -> new Continuation(loaded, drawing, workers, arithmetic.kernels()),
                    drawing,
                    tokens,
                    writing.end());
            (json ? chat.asJson() : chat).run();
        }
        return 0;
    }

    private Lines lines(boolean talks) throws IOException {
        if (!talks) {
            return new PlainLines(environment, "");
        }
        return environment.screen().isLive()
                ? EditedLines.ofTerminal(
                        PROMPT, Chat.WORDS, environment.cacheFolder().resolve("chat-history"))
                : new PlainLines(environment, PROMPT);
    }
}
