package org.randygpt.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TextStatistics;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.data.TokenIds;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.Floors;
import org.randygpt.train.Sampling;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.TokenDataset.Text;

/**
 * What {@code data inspect} has found out.
 *
 * @param name of the text
 * @param files how many there are
 * @param storedBytes of all files
 * @param statistics null where nothing tells what text the tokens stand for
 * @param tokens null where there is no tokenizer
 * @param ids null where there is one
 */
record TextInspection(
        String name,
        int files,
        long storedBytes,
        @Nullable TextStatistics statistics,
        @Nullable OfTokens tokens,
        @Nullable TokenIds ids) {
    /** A token to be predicted from another one is held out, and one is trained on. */
    private static final int LEAST_TOKENS = 2;

    /**
     * What the text is in tokens.
     *
     * @param tokenizer what they are, as it was given
     * @param count of tokens, without those that stand around documents
     * @param bytesEach bytes of UTF-8 of a token on the average
     * @param floors null where the text is too short to hold something out
     */
    record OfTokens(
            String tokenizer,
            long count,
            double bytesEach,
            int vocabSize,
            @Nullable Floors floors) {}

    /** With a tokenizer for what are no tokens yet, and none for what are. */
    static TextInspection of(
            TrainingText text, @Nullable String tokenizer, TokenCache cache, Environment environment, int threads) {
        if (tokenizer == null && text.corpus().holdsTokens()) {
            TokenIds ids = text.readTokens(
                    "Reading", progress -> TokenIds.of(text.corpus().shards(), progress));
            return of(text, null, null, ids);
        }
        String name = tokenizer == null ? Tokenizers.CHARACTERS : tokenizer;
        Tokenizer tokens = Tokenizers.of(name, text, environment, threads);
        TextStatistics statistics = text.read("Reading", threads, TextStatistics::of);
        if (text.corpus().holdsTokens()) {
            text.readTokens("Reading", progress -> {
                statistics.addTokens(text.corpus().shards(), tokens, progress);
                return statistics;
            });
        }
        List<Text> texts = text.tokens(tokens, cache, threads);
        return of(text, statistics, ofTokens(name, tokens, texts, statistics.bytes()), null);
    }

    private static TextInspection of(
            TrainingText text, @Nullable TextStatistics statistics, @Nullable OfTokens tokens, @Nullable TokenIds ids) {
        return new TextInspection(
                text.shownName(), text.corpus().files().size(), text.storedBytes(), statistics, tokens, ids);
    }

    private static OfTokens ofTokens(String name, Tokenizer tokenizer, List<Text> texts, long bytes) {
        int between = tokenizer.bos() == tokenizer.eos() ? 1 : 2;
        long count = 0;
        boolean tooShort = false;
        for (Text each : texts) {
            long own = each.tokens().size() - 1 - (each.tokens().documents() - 1) * between;
            tooShort |= own < LEAST_TOKENS;
            count += own;
        }
        Floors floors = tooShort
                ? null
                : Floors.of(
                        new TokenDataset(texts, tokenizer.bos(), tokenizer.eos(), 1, Sampling.USUAL, 1),
                        tokenizer.vocabSize());
        return new OfTokens(name, count, (double) bytes / count, tokenizer.vocabSize(), floors);
    }
}
