package org.randygpt.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.randygpt.core.data.TextSettings;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code randygpt tokenizer encode}. */
@Command(
        name = "encode",
        description = {
            "Writes the ids of a text's tokens.",
            "Without --data, of the bytes of standard input, whatever they are. With it, of texts as train reads them:"
                    + " between two documents stands what ends one, and what begins one if that is another token."
        },
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  echo \"To be\" | randygpt tokenizer encode --tokenizer my-tokens",
            "  randygpt tokenizer encode --tokenizer runs/larger --data my.txt > ids.txt",
            "  randygpt tokenizer encode --tokenizer gpt2 --data stories.jsonl.gz 'books/*.txt' --json"
        })
final class TokenizerEncodeCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--tokenizer",
            paramLabel = "NAME",
            required = true,
            description =
                    "gpt2, GPT-2's, fetched once; or a folder of a tokenizer or a model (./gpt2 if it is called so),"
                            + " or a file of ranks of tiktoken's.")
    private String name = "";

    @Option(
            names = "--special",
            description =
                    "Have names of special tokens in standard input become those tokens; otherwise they are" + " text.")
    private boolean special;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; the result does not depend on it. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Write one JSON object: the ids, and how many there are.")
    private boolean json;

    @Mixin
    private TextOptions text = new TextOptions();

    TokenizerEncodeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        RunRequest.requireThreads(threads);
        Environment quiet = environment.onStandardError();
        Tokenizer tokenizer = Tokenizers.read(name, quiet);
        boolean onInput = text.data().isEmpty() && text.settings().equals(TextSettings.USUAL);
        if (special && !(onInput && tokenizer instanceof BpeTokenizer)) {
            throw new BadInputException(
                    onInput
                            ? "--special: the tokens of %s are characters, and special ones have none".formatted(name)
                            : "--special is for standard input as it is; leave it out, or --data and how to read it");
        }
        TokenIdWriter ids = new TokenIdWriter(environment.out(), json);
        if (onInput && tokenizer instanceof BpeTokenizer bytes) {
            bytes.encode(environment.in(), special, threads, ids::write);
        } else {
            List<String> data = text.data().isEmpty() ? List.of(Texts.STANDARD_INPUT) : text.data();
            Texts.of(quiet).read(data, text.settings()).encode(tokenizer, threads, ids::write);
        }
        ids.end();
        return 0;
    }
}
