package org.randygpt.core.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeVocabulary;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** tiktoken's files: a line for each token, its bytes in base64 and its rank. */
final class RankFile {
    private RankFile() {}

    /**
     * The tokenizer of a file.
     *
     * @param pieces which the file does not say
     * @param special names of special tokens, which the file does not say either; their ids follow the ranks
     */
    static BpeTokenizer read(Path file, PreTokenization pieces, List<String> special) throws IOException {
        List<byte[]> tokens = tokens(file);
        return tokenizer(file, tokens, pieces, () -> SpecialTokens.from(tokens.size(), special));
    }

    /** The tokenizer of a known file; throws {@link IOException} when that has more ranks or fewer. */
    static BpeTokenizer read(Path file, RankedVocabulary known) throws IOException {
        List<byte[]> tokens = tokens(file);
        long ranks = tokens.stream().filter(token -> token.length > 0).count();
        if (ranks != known.ranks()) {
            throw new IOException("%s has %,d ranks, and that of %s %,d; it is damaged, or another file of this name"
                    .formatted(file, ranks, known.label(), known.ranks()));
        }
        return tokenizer(file, tokens, known.pieces(), known::special);
    }

    private static List<byte[]> tokens(Path file) throws IOException {
        List<byte[]> tokens = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isEmpty()) {
                    continue;
                }
                int space = line.indexOf(' ');
                try {
                    byte[] token = Base64.getDecoder().decode(line.substring(0, Math.max(0, space)));
                    VocabularyTexts.put(tokens, Integer.parseInt(line.substring(space + 1)), token);
                } catch (IllegalArgumentException impossible) {
                    throw new IOException(
                            "%s: line %d is not a token in base64 and its rank: %s"
                                    .formatted(file, number, impossible.getMessage()),
                            impossible);
                }
            }
        }
        return tokens;
    }

    private static BpeTokenizer tokenizer(
            Path file, List<byte[]> tokens, PreTokenization pieces, Supplier<SpecialTokens> special)
            throws IOException {
        try {
            return new BpeTokenizer(BpeVocabulary.ofRanks(tokens), special.get(), pieces);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("%s: %s".formatted(file, impossible.getMessage()), impossible);
        }
    }
}
