package org.randygpt.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that run the same task side by side and meet at barriers. The thread that calls {@link #run}
 * is worker 0.
 *
 * <p>Waiting spins at first, since a training step has about a hundred barriers within some milliseconds, then yields,
 * so that more workers than cores still make progress; between tasks a worker that waits longer is parked.
 */
@SuppressWarnings("ThreadPriorityCheck") // yielding is only a courtesy to other threads
public final class Workers implements AutoCloseable {
    private static final int SPINS_BEFORE_YIELD = 2_000;
    private static final int YIELDS_BEFORE_PARK = 200;

    private final Thread[] threads;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int generation;
    private volatile int round;
    private int rounds;
    private volatile @Nullable Task task;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    /** What every worker runs. */
    public interface Task {
        /** Runs one worker's part; {@code worker} counts from 0. */
        void run(int worker);
    }

    /** Starts {@code count} - 1 daemon threads. */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("%d workers cannot do anything; at least 1 is needed".formatted(count));
        }
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = Thread.ofPlatform().daemon().name("worker-" + worker).start(() -> serve(worker));
        }
    }

    /** How many workers there are, the caller included. */
    public int count() {
        return threads.length + 1;
    }

    /**
     * Runs the task on every worker and returns when all have finished.
     *
     * @throws IllegalStateException when a worker failed, now or before; the team is of no further use then
     */
    public void run(Task work) {
        requireHealthy();
        task = work;
        round = ++rounds;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        runGuarded(work, 0);
        requireHealthy();
    }

    /** Returns when every worker has come here; to be called by all of them, as often as each other. */
    public void barrier() {
        if (threads.length == 0) {
            return;
        }
        int current = generation;
        if (arrived.incrementAndGet() == count()) {
            arrived.set(0);
            generation = current + 1;
            return;
        }
        int spins = 0;
        while (generation == current) {
            if (failure != null || closed) {
                throw new TeamStopped();
            }
            if (spins < SPINS_BEFORE_YIELD) {
                spins++;
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }

    private void serve(int worker) {
        int served = 0;
        while (true) {
            served = awaitRound(served);
            Task work = task;
            if (closed || work == null || !runGuarded(work, worker)) {
                return;
            }
        }
    }

    /** Returns the number of the next round, which is the one after {@code served}, or anything once closed. */
    private int awaitRound(int served) {
        int spins = 0;
        while (round == served && !closed) {
            if (spins < SPINS_BEFORE_YIELD) {
                spins++;
                Thread.onSpinWait();
            } else if (spins < SPINS_BEFORE_YIELD + YIELDS_BEFORE_PARK) {
                spins++;
                Thread.yield();
            } else {
                LockSupport.park(this);
            }
        }
        return served + 1;
    }

    private boolean runGuarded(Task work, int worker) {
        try {
            work.run(worker);
            barrier();
            return true;
        } catch (TeamStopped stopped) {
            return false;
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
            return false;
        }
    }

    private void requireHealthy() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("a worker failed: " + cause, cause);
        }
        if (closed) {
            throw new IllegalStateException("the workers have been closed");
        }
    }

    /** Thrown out of a barrier that can never be complete, because another worker failed. */
    private static final class TeamStopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TeamStopped() {
            super("another worker failed", null, false, false);
        }
    }
}
