package org.randygpt.core.graph;

/** What a pass over a graph reads from outside: tokens and, for a loss, targets; overwritten before each pass. */
public final class Batch {
    private final int time;
    private final int[] tokens;
    private final int[] positions;
    private final int[] targets;
    private long dropoutSeed;
    private int part;

    Batch(int sequences, int time) {
        this.time = time;
        tokens = new int[sequences * time];
        positions = new int[sequences * time];
        targets = new int[sequences * time];
        startAt(0);
    }

    /** Token ids, (B·T). */
    public int[] tokens() {
        return tokens;
    }

    /** The position of each token in its sequence, (B·T). */
    public int[] positions() {
        return positions;
    }

    /** The token that follows each token, (B·T). */
    public int[] targets() {
        return targets;
    }

    /** Position of the first token of every sequence. */
    public int start() {
        return positions[0];
    }

    /** What decides which elements dropout leaves out. */
    public long dropoutSeed() {
        return dropoutSeed;
    }

    /** Which part of a larger batch this is; 0 for the first. */
    public int part() {
        return part;
    }

    void dropout(long seed, int newPart) {
        dropoutSeed = seed;
        part = newPart;
    }

    void startAt(int position) {
        for (int i = 0; i < positions.length; i++) {
            positions[i] = position + i % time;
        }
    }
}
