package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.Tokenizer;

/** A tokenizer in files of its own, without a model. What is wrong with them is thrown as an {@link IOException}. */
public final class TokenizerFolder {

    private TokenizerFolder() {}

    /**
     * Writes tokenizer.json and tokenizer_config.json; the folder is made if it is not there. When one of them cannot
     * be written, neither stays.
     *
     * @throws IllegalArgumentException when the tokenizer is of a kind that cannot be written
     */
    public static void save(Path folder, Tokenizer tokenizer) throws IOException {
        FileContent settings = TokenizerFile.settings(tokenizer, 0);
        FileContent content = TokenizerFile.of(tokenizer);
        Files.createDirectories(folder);
        Path settingsFile = folder.resolve(TokenizerFile.SETTINGS_NAME);
        AtomicFiles.write(settingsFile, settings);
        try {
            AtomicFiles.write(folder.resolve(TokenizerFile.NAME), content);
        } catch (IOException problem) {
            Files.delete(settingsFile);
            throw problem;
        }
    }

    /** Reads tokenizer.json, or else GPT-2's vocab.json and merges.txt; the folder may be that of a model. */
    public static Tokenizer load(Path path) throws IOException {
        Path folder = FolderName.follow(path);
        if (!Files.exists(folder.resolve(TokenizerFile.NAME)) && Gpt2TokenizerFiles.areIn(folder)) {
            return Gpt2TokenizerFiles.read(folder);
        }
        boolean isHalf = Files.exists(folder.resolve(Gpt2TokenizerFiles.VOCABULARY))
                || Files.exists(folder.resolve(Gpt2TokenizerFiles.MERGES));
        if (Files.isDirectory(folder) && !Files.exists(folder.resolve(TokenizerFile.NAME)) && isHalf) {
            throw new IOException("%s has neither %s nor both of %s and %s"
                    .formatted(folder, TokenizerFile.NAME, Gpt2TokenizerFiles.VOCABULARY, Gpt2TokenizerFiles.MERGES));
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException("%s is not a folder; a tokenizer is a folder with %s, or with %s and %s"
                    .formatted(folder, TokenizerFile.NAME, Gpt2TokenizerFiles.VOCABULARY, Gpt2TokenizerFiles.MERGES));
        }
        return TokenizerFile.read(folder);
    }

    /** SHA-256 of the tokenizer.json that describes a tokenizer. */
    public static String sha256(Tokenizer tokenizer) throws IOException {
        return Sha256.of(TokenizerFile.of(tokenizer));
    }

    /** Whether there is a tokenizer in a folder: not whether it can be read. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(TokenizerFile.NAME))
                || Files.exists(folder.resolve(TokenizerFile.SETTINGS_NAME))
                || Gpt2TokenizerFiles.areIn(folder);
    }

    /**
     * Reads a file of ranks as tiktoken has it.
     *
     * @param pieces how texts are cut, which the file does not say
     * @param special names of special tokens, at least one; their ids follow the ranks
     */
    public static BpeTokenizer loadRanks(Path file, PreTokenization pieces, List<String> special) throws IOException {
        return RankFile.read(file, pieces, special);
    }

    /** Reads a file of ranks of a vocabulary that is known; one with another number of ranks is refused. */
    public static BpeTokenizer loadRanks(Path file, RankedVocabulary known) throws IOException {
        return RankFile.read(file, known);
    }
}
