package org.randygpt.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.data.Corpus;
import org.randygpt.core.data.Corpus.Fingerprint;
import org.randygpt.core.data.DocumentReader;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.data.TokenEncoding;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.DataSource;
import org.randygpt.train.Sampling;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.TokenDataset.Text;

/**
 * A text to train on.
 *
 * @param source what a run remembers it by
 * @param corpus its files
 * @param fingerprint of their content
 * @param bar where reading them shows
 */
record TrainingText(DataSource source, Corpus corpus, Fingerprint fingerprint, ReadingBar bar) {
    private static final int MOST_NAMED = 3;

    /** What is done with documents. */
    interface Reading<T> {
        T of(DocumentReader documents) throws IOException;
    }

    /**
     * Reads its documents, but for those that are tokens already.
     *
     * @param title what for, as {@code Checking}
     * @throws BadInputException when they cannot be read
     */
    <T> T read(String title, int threads, Reading<T> reading) {
        try {
            return reading.of(new DocumentReader(corpus.texts(), corpus.settings(), threads, bar.titled(title)));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        } finally {
            bar.erase();
        }
    }

    /** What is done with tokens that are stored. */
    interface TokenReading<T> {
        T of(ReadingProgress progress) throws IOException;
    }

    /**
     * Reads files of tokens.
     *
     * @param title what for, as {@code Checking}
     * @throws BadInputException when they cannot be read
     */
    <T> T readTokens(String title, TokenReading<T> reading) {
        try {
            return reading.of(bar.titled(title));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        } finally {
            bar.erase();
        }
    }

    /** Bytes of its files as they are stored. */
    long storedBytes() {
        try {
            return corpus.storedBytes();
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    /** SHA-256 of all that a run's windows depend on, if its parts had other weights, of which there may be none. */
    String sha256(List<Double> weights) {
        List<Corpus.Part> parts = new ArrayList<>();
        for (int i = 0; i < corpus.parts().size(); i++) {
            Corpus.Part part = corpus.parts().get(i);
            parts.add(weights.isEmpty() ? part : new Corpus.Part(part.files(), weights.get(i)));
        }
        return new Corpus(parts, corpus.settings()).sha256(fingerprint);
    }

    /** Its names for people. */
    String shownName() {
        List<String> names = source.names();
        int shown = names.size() > MOST_NAMED ? MOST_NAMED - 1 : names.size();
        String first = String.join(", ", names.subList(0, shown));
        return shown == names.size() ? first : "%s and %d more".formatted(first, names.size() - shown);
    }

    /**
     * Its tokens in windows, as the seed has it.
     *
     * @param context tokens of a window
     * @throws BadInputException when it cannot be read, has no token for something, or is empty
     * @throws IllegalArgumentException when it is too short
     */
    TokenDataset dataset(
            Tokenizer tokenizer, TokenCache cache, int threads, int context, Sampling sampling, long seed) {
        List<Text> texts = tokens(tokenizer, cache, threads);
        return new TokenDataset(texts, tokenizer.bos(), tokenizer.eos(), context, sampling, seed);
    }

    /**
     * Its tokens, of each part of the corpus.
     *
     * @throws BadInputException when it cannot be read, has no token for something, or is empty
     */
    List<Text> tokens(Tokenizer tokenizer, TokenCache cache, int threads) {
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < corpus.parts().size(); i++) {
            Corpus.Part part = corpus.parts().get(i);
            TokenEncoding encoding = new TokenEncoding(
                    part, corpus.settings(), fingerprint.parts().get(i), tokenizer, threads, bar.titled("Preparing"));
            try {
                TokenStore tokens = cache.tokens(encoding);
                if (tokens.size() < 2) {
                    throw new BadInputException("%s is empty; there is nothing to learn from"
                            .formatted(corpus.parts().size() == 1 ? shownName() : shownName(part)));
                }
                String name = corpus.parts().size() == 1 ? Text.THE_ONLY : shownName(part);
                texts.add(new Text(name, tokens, part.weight()));
            } catch (IOException problem) {
                throw new BadInputException(Failures.sentence(problem), problem);
            } finally {
                bar.erase();
            }
        }
        return texts;
    }

    /**
     * Its tokens, if it has one part.
     *
     * @param option that it was named with, for messages
     * @throws BadInputException as {@link #tokens}, and when it has several parts, which have weights
     */
    TokenStore onlyTokens(String option, Tokenizer tokenizer, TokenCache cache, int threads) {
        if (corpus.parts().size() > 1) {
            throw new BadInputException(
                    "%s: weights say how often a text is trained on, and here each is read once; leave them out"
                            .formatted(option));
        }
        return tokens(tokenizer, cache, threads).getFirst().tokens();
    }

    /**
     * Writes the ids of its tokens: between two documents stands what ends one, and what begins one if that is another.
     *
     * @throws BadInputException when it cannot be read, has a token for nothing, or has weights
     */
    void encode(Tokenizer tokenizer, int threads, TokenEncoding.Sink sink) {
        requireUnweighted();
        Corpus.Part part = corpus.parts().getFirst();
        TokenEncoding encoding = new TokenEncoding(
                part, corpus.settings(), fingerprint.parts().getFirst(), tokenizer, threads, bar.titled("Encoding"));
        try {
            encoding.run(sink);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        } finally {
            bar.erase();
        }
    }

    /** Throws {@link BadInputException} when its parts have weights: they are for training. */
    void requireUnweighted() {
        if (corpus.parts().size() > 1 || corpus.parts().getFirst().weight() != 1) {
            throw new BadInputException(
                    "--data: weights say how often train takes a text; here each is read once, so leave them out");
        }
    }

    private static String shownName(Corpus.Part part) {
        int more = part.files().size() - 1;
        String first = part.files().getFirst().name();
        return more == 0 ? first : "%s and %d more".formatted(first, more);
    }
}
