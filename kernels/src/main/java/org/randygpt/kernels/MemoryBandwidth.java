package org.randygpt.kernels;

import java.time.Duration;

/** How fast this machine reads memory: the roof under which a kernel stands that computes little. */
public final class MemoryBandwidth {
    /** Integers that are read between two looks at the clock: enough for the compiler, short enough for the clock. */
    private static final int CHUNK = 1 << 18;

    private final int[] numbers;

    /**
     * A block to read.
     *
     * @param bytes of the block, which should be several times as large as the caches
     */
    public MemoryBandwidth(long bytes) {
        numbers = new int[Math.clamp(bytes / Integer.BYTES, CHUNK, Integer.MAX_VALUE - 64)];
    }

    /** Bytes of the block. */
    public long bytes() {
        return (long) Integer.BYTES * numbers.length;
    }

    /**
     * Has all workers read the block at once, each its share, again and again.
     *
     * @param time how long, about; at least one pass is made
     * @return bytes a second of all workers together, in the fastest pass
     */
    public double measure(Workers workers, Duration time) {
        int[] sums = new int[workers.count()];
        double best = 0;
        long began = System.nanoTime();
        do {
            long started = System.nanoTime();
            workers.run(worker -> {
                Share share = new Share(worker, workers.count());
                sums[worker] += read(share.from(numbers.length), share.to(numbers.length));
            });
            best = Math.max(best, bytes() * 1e9 / Math.max(1, System.nanoTime() - started));
        } while (System.nanoTime() - began < time.toNanos());
        // What is written here is read by the next pass: no part of the sums can be left out.
        numbers[0] = sums[0];
        return best;
    }

    private int read(int from, int to) {
        int sum = 0;
        for (int at = from; at < to; at += CHUNK) {
            sum += sumSquares(at, Math.min(to, at + CHUNK));
        }
        return sum;
    }

    /** Of whole numbers: for these, but not for a plain sum or for floats, the compiler of Java 25 uses vectors. */
    private int sumSquares(int start, int end) {
        int sum = 0;
        for (int i = start; i < end; i++) {
            sum += numbers[i] * numbers[i];
        }
        return sum;
    }
}
