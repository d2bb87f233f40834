package org.randygpt.bench.report;

import java.time.Duration;

/** How long to measure. */
public enum Extent {
    /** Everything on two cores in less than five minutes. */
    QUICK(11, 3_000_000, 3, 7),
    /** Large models too. */
    FULL(31, 10_000_000, 7, 15);

    /** A step of the large model takes a hundred times as long, and a few are enough. */
    private static final long LARGE_TIMES = 4;

    private final int rounds;
    private final long sampleNanos;
    private final int processes;
    private final int trainingSeconds;

    Extent(int rounds, long sampleNanos, int processes, int trainingSeconds) {
        this.rounds = rounds;
        this.sampleNanos = sampleNanos;
        this.processes = processes;
        this.trainingSeconds = trainingSeconds;
    }

    /** How often the sides of a comparison take turns. */
    int rounds() {
        return rounds;
    }

    /** How long one turn takes at least. */
    long sampleNanos() {
        return sampleNanos;
    }

    /** How many processes train, each from a fresh start. */
    int processes() {
        return processes;
    }

    /** How long each of them trains; its later half counts. */
    Duration trainingTime(ModelSize model) {
        return Duration.ofSeconds(model == ModelSize.SMALL ? trainingSeconds : LARGE_TIMES * trainingSeconds);
    }
}
