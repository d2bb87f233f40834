package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code randygpt tokenizer train}. */
@Command(
        name = "train",
        description = "Learns a vocabulary of byte-level byte-pair encoding from a text.",
        sortOptions = false,
        sortSynopsis = false,
        optionListHeading = "%n",
        footer = {
            "",
            "Writes tokenizer.json and tokenizer_config.json, which Hugging Face's software reads.",
            "",
            "Example:",
            "  randygpt tokenizer train --data my.txt --vocab 4096 --out my-tokens"
        })
final class TokenizerTrainCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--vocab",
            paramLabel = "N",
            description = "Tokens: 256 bytes, special ones, and what is learnt. Default: 4096")
    private int vocabSize = 4096;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the tokenizer goes.")
    private Path out = Path.of("");

    @Option(
            names = "--pattern",
            paramLabel = "NAME",
            description = "How text is cut into words, which no token crosses: gpt2, or cl100k, which is GPT-4's."
                    + " Default: gpt2")
    private PreTokenization pattern = PreTokenization.GPT2;

    @Option(
            names = "--special",
            paramLabel = "NAME",
            description = "A special token, which no text becomes; may be given several times. Default: "
                    + SpecialTokens.END_OF_TEXT)
    private @Nullable List<String> special;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; the result does not depend on it. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Write one JSON object to standard output, and all else to standard error.")
    private boolean json;

    @Mixin
    private TextOptions text = new TextOptions();

    TokenizerTrainCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        RunRequest.requireThreads(threads);
        List<String> names = special == null ? List.of(SpecialTokens.END_OF_TEXT) : special;
        Tokenizers.requireSize("--vocab", vocabSize, names);
        Path folder = environment.folder().resolve(out);
        if (TokenizerFolder.isIn(folder) || ModelFolder.isIn(folder)) {
            throw new BadInputException(
                    "%s holds another tokenizer, which stays as it is; give --out another name".formatted(folder));
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInputException(
                    "--out %s is a file, and a tokenizer is a folder; give it another name".formatted(out));
        }
        Environment quiet = json ? environment.onStandardError() : environment;
        TrainingText read = Texts.of(quiet).read(text.data(), text.settings());
        read.requireUnweighted();
        if (read.corpus().holdsTokens()) {
            throw new BadInputException(
                    "%s holds tokens, and a vocabulary is learnt from text".formatted(read.shownName()));
        }
        BpeTokenizer tokenizer = Tokenizers.learnt(read, pattern, vocabSize, names, threads);
        TokenizerFolder.save(folder, tokenizer);
        if (tokenizer.vocabSize() < vocabSize) {
            quiet.out().println(Tokenizers.fewer(tokenizer, vocabSize));
        }
        long[] sizes = read.read("Encoding", threads, documents -> {
            long[] sum = {0, 0};
            documents.read(
                    block -> block.documents().stream()
                            .mapToLong(document -> tokenizer.encode(document).length)
                            .sum(),
                    (block, count) -> {
                        sum[0] += block.text().length;
                        sum[1] += count;
                    });
            return sum;
        });
        if (json) {
            SequencedMap<String, Object> object = new LinkedHashMap<>();
            object.put("folder", folder.toString());
            object.put("vocab_size", tokenizer.vocabSize());
            object.put("bytes", sizes[0]);
            object.put("tokens", sizes[1]);
            object.put("bytes_per_token", (double) sizes[0] / sizes[1]);
            environment.out().println(JsonObject.text(object));
            return 0;
        }
        environment
                .out()
                .println("%,d bytes are %,d tokens, %.2f bytes each, of a vocabulary of %,d, which is in %s"
                        .formatted(sizes[0], sizes[1], (double) sizes[0] / sizes[1], tokenizer.vocabSize(), folder));
        return 0;
    }
}
