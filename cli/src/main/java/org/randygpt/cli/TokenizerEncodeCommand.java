package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code randygpt tokenizer encode}. */
@Command(
        name = "encode",
        description = "Writes the ids of a text's tokens.",
        sortOptions = false,
        sortSynopsis = false,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  echo \"To be\" | randygpt tokenizer encode --tokenizer my-tokens",
            "  randygpt tokenizer encode --tokenizer runs/larger --data my.txt > ids.txt"
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

    @Option(names = "--data", paramLabel = "FILE", description = "The text, any bytes. Default: standard input")
    private @Nullable Path data;

    @Option(
            names = "--special",
            description = "Have names of special tokens in the text become those tokens; otherwise they are text.")
    private boolean special;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; the result does not depend on it. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    TokenizerEncodeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        RunRequest.requireThreads(threads);
        Tokenizer tokenizer = Tokenizers.read(name, environment);
        int[] tokens = encode(tokenizer, bytes());
        Output out = environment.out();
        for (int i = 0; i < tokens.length; i++) {
            out.print(i == 0 ? "" : " ");
            out.print(Integer.toString(tokens[i]));
        }
        out.println("");
        return 0;
    }

    private int[] encode(Tokenizer tokenizer, byte[] text) {
        if (tokenizer instanceof BpeTokenizer bytes) {
            return special ? bytes.encodeWithSpecial(decoded(text)) : bytes.encode(text, threads);
        }
        try {
            return tokenizer.encode(decoded(text), threads);
        } catch (IllegalArgumentException unknown) {
            throw new BadInputException("%s: %s".formatted(source(), unknown.getMessage()), unknown);
        }
    }

    private String decoded(byte[] text) {
        return Utf8.decode(source(), text);
    }

    private String source() {
        return data == null ? "standard input" : data.toString();
    }

    private byte[] bytes() throws IOException {
        if (data == null) {
            return environment.in().readAllBytes();
        }
        try {
            return Files.readAllBytes(environment.folder().resolve(data));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }
}
