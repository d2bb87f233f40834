package org.randygpt.train;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a dataset. While it is ahead, a thread of its own reads the next one, so that nobody waits for a disk;
 * otherwise they are read when they are taken. Taking one allocates nothing.
 */
final class BatchReader {
    static final String THREAD = "batches";

    private static final long NONE = -1;
    private static final int SPINS = 1000;

    private final TokenDataset dataset;
    private final int windows;
    private int[] tokens;
    private int[] targets;
    /** What is read ahead; theirs who reads from a demand on until it is met. */
    private int[] nextTokens;

    private int[] nextTargets;
    private volatile long demanded = NONE;
    private volatile long met = NONE;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread taker;
    private volatile @Nullable Throwable problem;
    private long nanosWaited;

    /**
     * A reader that is not ahead.
     *
     * @param windows of a batch, each of T tokens
     */
    BatchReader(TokenDataset dataset, int windows, int time) {
        this.dataset = dataset;
        this.windows = windows;
        tokens = new int[windows * time];
        targets = new int[windows * time];
        nextTokens = new int[windows * time];
        nextTargets = new int[windows * time];
    }

    /** Token ids of the batch that was taken last, (B·T). */
    int[] tokens() {
        return tokens;
    }

    /** The token after each, or -1. */
    int[] targets() {
        return targets;
    }

    /** How long taking batches has taken, all together: reading them, or waiting for whoever reads. */
    long nanosWaited() {
        return nanosWaited;
    }

    /** How many tokens the batch predicts. */
    int predicted() {
        int count = 0;
        for (int target : targets) {
            count += target == Windows.NOT_PREDICTED ? 0 : 1;
        }
        return count;
    }

    /** Reads ahead until what is returned is closed. */
    Ahead ahead() {
        Thread thread = new Thread(this::readDemanded, THREAD);
        thread.setDaemon(true);
        reader = thread;
        thread.start();
        return () -> {
            reader = null;
            LockSupport.unpark(thread);
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            demanded = NONE;
            met = NONE;
        };
    }

    /** While it is open, batches are read ahead. */
    interface Ahead extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes the batch that begins with a window. */
    void take(long first) {
        long begun = System.nanoTime();
        takeNow(first);
        nanosWaited += System.nanoTime() - begun;
    }

    private void takeNow(long first) {
        Thread thread = reader;
        if (thread == null) {
            dataset.sample(first, tokens, targets);
            return;
        }
        if (demanded != first) {
            await(demanded);
            demand(first, thread);
        }
        await(first);
        int[] free = tokens;
        tokens = nextTokens;
        nextTokens = free;
        free = targets;
        targets = nextTargets;
        nextTargets = free;
        demand(first + windows, thread);
    }

    private void demand(long first, Thread thread) {
        demanded = first;
        LockSupport.unpark(thread);
    }

    private void await(long first) {
        taker = Thread.currentThread();
        for (int spins = 0; met != first; spins++) {
            if (problem != null) {
                throw new IllegalStateException("a batch could not be read: " + problem, problem);
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void readDemanded() {
        try {
            while (reader == Thread.currentThread()) {
                long first = demanded;
                if (first == met) {
                    LockSupport.park(this);
                } else {
                    dataset.sample(first, nextTokens, nextTargets);
                    met = first;
                    LockSupport.unpark(taker);
                }
            }
        } catch (RuntimeException | Error unreadable) {
            // A file that has become shorter is an InternalError.
            problem = unreadable;
            LockSupport.unpark(taker);
        }
    }
}
