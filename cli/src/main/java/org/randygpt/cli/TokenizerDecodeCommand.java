package org.randygpt.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.randygpt.core.checkpoint.JsonObject;
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
    private static final int IDS_AT_ONCE = 1 << 16;

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
            names = "--json",
            description = "Write one JSON object, with the text in it once all is read; U+FFFD stands for bytes that"
                    + " are no character.")
    private boolean json;

    TokenizerDecodeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Tokenizer tokenizer = Tokenizers.read(name, environment.onStandardError());
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        Output out = json ? new Output(kept) : environment.out();
        TokenIdReader ids = new TokenIdReader("standard input", environment.in());
        long count = 0;
        for (int[] some = ids.next(IDS_AT_ONCE); some.length > 0; some = ids.next(IDS_AT_ONCE)) {
            out.write(text(tokenizer, some, count));
            count += some.length;
        }
        out.flush();
        if (json) {
            SequencedMap<String, Object> object = new LinkedHashMap<>();
            object.put("text", kept.toString(StandardCharsets.UTF_8));
            object.put("bytes", kept.size());
            object.put("count", count);
            environment.out().println(JsonObject.text(object));
        }
        return 0;
    }

    /** @param before how many ids have come before these */
    private static byte[] text(Tokenizer tokenizer, int[] ids, long before) {
        try {
            return tokenizer.decodeBytes(ids);
        } catch (IllegalArgumentException unknown) {
            int at = 0;
            while (isKnown(tokenizer, ids[at])) {
                at++;
            }
            throw new BadInputException(
                    "standard input: %d, id %,d counted from 1, is not a token's; those of the vocabulary run from 0 to %d"
                            .formatted(ids[at], before + at + 1, tokenizer.vocabSize() - 1),
                    unknown);
        }
    }

    private static boolean isKnown(Tokenizer tokenizer, int id) {
        try {
            tokenizer.decodeBytes(id);
            return true;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
