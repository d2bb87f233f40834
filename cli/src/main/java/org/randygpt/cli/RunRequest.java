package org.randygpt.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a user says about a run, whether it is new or not.
 *
 * @param text what it trains on, or where an old run's text is now
 * @param cache where its tokens are kept
 * @param out its folder; null for one with a name of its own, or for the newest
 * @param tokenizer what a new model's tokens are; null for characters, or for those of a model that there is
 * @param threads how many
 */
record RunRequest(
        TextOptions text,
        CacheOptions cache,
        @Nullable Path out,
        @Nullable String tokenizer,
        int threads) {
    private static final int MOST_THREADS = 1024;

    /** Throws {@link BadInputException} when there can be no such run. */
    RunRequest {
        requireName("--out", out == null ? null : out.toString());
        requireName("--tokenizer", tokenizer);
        requireThreads(threads);
    }

    /** Throws {@link BadInputException} when there cannot be that many threads. */
    static void requireThreads(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new BadInputException("--threads is %d; it must be 1 to %d".formatted(threads, MOST_THREADS));
        }
    }

    /** A folder's name that a shell left empty would be the current folder. */
    private static void requireName(String option, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new BadInputException("%s is empty; name a file or folder, or leave it out".formatted(option));
        }
    }
}
