package org.randygpt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.randygpt.core.text.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code randygpt tokenizer decode}. */
@Command(
        name = "decode",
        description = "Writes the text of the ids of tokens on standard input; special tokens have none.",
        sortOptions = false,
        sortSynopsis = false,
        optionListHeading = "%n",
        footer = {"", "Example:", "  randygpt tokenizer decode --tokenizer my-tokens < ids.txt"})
final class TokenizerDecodeCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--tokenizer",
            paramLabel = "NAME",
            required = true,
            description =
                    "gpt2, GPT-2's, fetched once; or a folder of a tokenizer or a model (./gpt2 if it is called so),"
                            + " or a file of ranks of tiktoken's.")
    private String name = "";

    TokenizerDecodeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Tokenizer tokenizer = Tokenizers.read(name, environment);
        String in = new String(environment.in().readAllBytes(), StandardCharsets.UTF_8);
        int[] tokens = Arrays.stream(in.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .mapToInt(TokenizerDecodeCommand::id)
                .toArray();
        byte[] text;
        try {
            text = tokenizer.decodeBytes(tokens);
        } catch (IllegalArgumentException unknown) {
            throw new BadInputException("standard input: " + unknown.getMessage(), unknown);
        }
        environment.out().write(text);
        return 0;
    }

    private static int id(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException none) {
            throw new BadInputException(
                    "standard input: \"%s\" is not the id of a token; there must be whole numbers with spaces between"
                            .formatted(word),
                    none);
        }
    }
}
