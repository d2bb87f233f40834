package org.randygpt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.randygpt.core.checkpoint.RankedVocabulary;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.data.CharacterSet;
import org.randygpt.core.data.TextBlock;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PieceCounts;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;

/** The tokenizers that {@code --tokenizer} can mean. */
final class Tokenizers {
    /** One token a character of the text. */
    static final String CHARACTERS = "char";

    /** GPT-2's vocabulary, which is fetched when it is asked for. */
    static final String GPT2 = "gpt2";

    private static final Pattern TRAINED = Pattern.compile("bpe:(\\d{1,8})");
    /** Of a longer text, so many bytes all over it are learnt from: as many as there is memory for their pieces. */
    static final long MOST_LEARNT_FROM = 128L << 20;

    private static final String RANKS = ".tiktoken";

    private Tokenizers() {}

    /** Whether a name stands for what the text itself gives. */
    static boolean isLearnt(String name) {
        return name.equals(CHARACTERS) || TRAINED.matcher(name).matches();
    }

    /**
     * The tokenizer for a new model.
     *
     * @param name {@link #CHARACTERS}, {@link #GPT2}, bpe:N for a vocabulary of the text's own, or where there is one
     * @param threads for learning it
     * @throws BadInputException saying why there is none
     */
    static Tokenizer of(String name, TrainingText text, Environment environment, int threads) {
        if (name.equals(CHARACTERS)) {
            requireText(text, name);
            int[] characters = text.read("Looking through", threads, CharacterSet::of);
            if (characters.length == 0) {
                throw new BadInputException("%s is empty; there is nothing to learn from".formatted(text.shownName()));
            }
            return CharTokenizer.ofCharacters(characters);
        }
        Matcher trained = TRAINED.matcher(name);
        if (!trained.matches()) {
            if (!name.equals(GPT2) && Files.notExists(environment.folder().resolve(name))) {
                throw new BadInputException(
                        "--tokenizer %s is neither char nor gpt2 nor, for example, bpe:4096, and there is no such file or folder"
                                .formatted(name));
            }
            return read(name, environment);
        }
        int size = Integer.parseInt(trained.group(1));
        List<String> special = List.of(SpecialTokens.END_OF_TEXT);
        requireSize("--tokenizer " + name, size, special);
        requireText(text, name);
        BpeTokenizer learnt = learnt(text, PreTokenization.GPT2, size, special, threads);
        if (learnt.vocabSize() < size) {
            environment.out().println(fewer(learnt, size));
        }
        return learnt;
    }

    /** Says that a text has not given as many tokens as were asked for. */
    static String fewer(BpeTokenizer learnt, int size) {
        return "No more pairs occur twice: the vocabulary has %,d tokens, not %,d.".formatted(learnt.vocabSize(), size);
    }

    /** A vocabulary of a text's own. */
    static BpeTokenizer learnt(TrainingText text, PreTokenization pieces, int size, List<String> special, int threads) {
        BpeTrainer trainer = new BpeTrainer(pieces, threads);
        long every = Math.max(1, Math.ceilDiv(text.storedBytes(), MOST_LEARNT_FROM));
        long bytes = text.read("Learning from", threads, documents -> {
            long[] length = {0};
            documents.read(block -> counts(block, pieces, every), (block, counts) -> {
                trainer.add(counts);
                length[0] += block.text().length;
            });
            return length[0];
        });
        if (bytes == 0) {
            throw new BadInputException("%s is empty; there is nothing to learn from".formatted(text.shownName()));
        }
        try {
            return trainer.train(size, special);
        } catch (IllegalArgumentException impossible) {
            throw new BadInputException("--special: " + impossible.getMessage(), impossible);
        }
    }

    private static PieceCounts counts(TextBlock block, PreTokenization pieces, long every) {
        PieceCounts counts = new PieceCounts(pieces);
        if (isTaken(block, every)) {
            block.documents().forEach(counts::add);
        }
        return counts;
    }

    /** One in so many blocks, all over a corpus. */
    private static boolean isTaken(TextBlock block, long every) {
        CRC32 hash = new CRC32();
        hash.update("%s %d".formatted(block.file().name(), block.index()).getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % every == 0;
    }

    private static void requireText(TrainingText text, String name) {
        if (text.corpus().holdsTokens()) {
            throw new BadInputException(
                    "%s holds tokens, of which --tokenizer %s can know nothing; give the --tokenizer that they were made with, such as gpt2"
                            .formatted(text.shownName(), name));
        }
    }

    /** Throws when no vocabulary can be so small. */
    static void requireSize(String option, int size, List<String> special) {
        try {
            BpeTrainer.requireSize(size, special.size());
        } catch (IllegalArgumentException small) {
            throw new BadInputException("%s: %s".formatted(option, small.getMessage()), small);
        }
    }

    /** {@link #GPT2}, or the tokenizer in a folder, a model's or its own, or in a file of tiktoken's. */
    static Tokenizer read(String name, Environment environment) {
        Path path = environment.folder().resolve(name);
        try {
            if (name.equals(GPT2)) {
                return TokenizerFolder.loadRanks(
                        environment.gpt2Ranks().file(), PreTokenization.GPT2, List.of(SpecialTokens.END_OF_TEXT));
            }
            if (name.endsWith(RANKS) && Files.isRegularFile(path)) {
                return TokenizerFolder.loadRanks(path, known(path));
            }
            return TokenizerFolder.load(path);
        } catch (IOException problem) {
            throw new BadInputException("--tokenizer: " + Failures.sentence(problem), problem);
        }
    }

    /** What a file does not say: how its vocabulary cuts texts, and its special tokens. */
    private static RankedVocabulary known(Path file) {
        return RankedVocabulary.ofFile(String.valueOf(file.getFileName()))
                .orElseThrow(() -> new BadInputException(
                        "--tokenizer: how %s cuts texts is not known; of tiktoken's files gpt2, r50k_base, p50k_base and cl100k_base can be read, under these names"
                                .formatted(file)));
    }
}
