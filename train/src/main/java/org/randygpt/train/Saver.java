package org.randygpt.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.Saving.OnError;

/**
 * Saves a run beside its training: what a step changes is copied between two steps, and written and forced to the disk
 * by a thread of its own, one save at a time. Training reads nothing of all this, so that its results do not depend on
 * how long a save takes.
 */
final class Saver implements AutoCloseable {
    /** Training goes on for at most this part of the steps between two saves until one has ended. */
    private static final int PART_AHEAD = 10;

    private final RunFolder folder;
    private final Snapshot snapshot;
    private final MetricSink metrics;
    private final ExecutorService thread;
    private final long mostAhead;
    private RunState saved;
    private boolean failed;
    private @Nullable Future<?> underWay;

    /**
     * Starts the thread.
     *
     * @param start what the folder holds
     */
    Saver(RunFolder folder, Snapshot snapshot, RunState start, MetricSink metrics) {
        this.folder = folder;
        this.snapshot = snapshot;
        this.metrics = metrics;
        saved = start;
        mostAhead = start.saving().interval(start.config()) / PART_AHEAD;
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("checkpoints").daemon().factory());
    }

    /** What the folder is known to hold: of a run that has never been saved, its start. */
    RunState saved() {
        return saved;
    }

    /**
     * Copies what is to be saved, and has it written; the save before must have been awaited. After one that failed,
     * old generations go first, for the disk may be full.
     */
    void save(RunState state) {
        snapshot.take(state);
        RunState last = saved;
        boolean again = failed;
        underWay = thread.submit(() -> {
            if (again) {
                folder.makeRoom(last, snapshot.state());
            }
            folder.save(snapshot);
            return null;
        });
    }

    /** Whether the save that has not been awaited is that of a step. */
    boolean isSaving(long step) {
        return underWay != null && snapshot.state().step() == step;
    }

    /**
     * Whether to call {@link #await}: a save has ended, or it takes so long that too much would be lost if it came to
     * nothing.
     *
     * @param step how many steps have been done
     */
    boolean isToBeAwaited(long step) {
        return underWay != null && (underWay.isDone() || step - snapshot.state().step() >= mostAhead);
    }

    /**
     * Waits until the last save has ended, and says how.
     *
     * @return whether nothing has failed
     * @throws IOException when it has failed and the run is to end
     */
    boolean await() throws IOException {
        try {
            end();
            return true;
        } catch (IOException problem) {
            if (saved.saving().onError() == OnError.STOP) {
                throw problem;
            }
            metrics.accept(new Metric.NotSaved(snapshot.state().step(), problem));
            return false;
        }
    }

    /**
     * Saves a run at its end, unless that has been done or is under way, and waits for it. What fails is tried once
     * more, and only then said.
     *
     * @throws IOException when that fails
     */
    void finish(RunState state) throws IOException {
        if (saved.step() == state.step()) {
            return;
        }
        if (!isSaving(state.step())) {
            save(state);
        }
        try {
            end();
        } catch (IOException problem) {
            if (Thread.currentThread().isInterrupted()) {
                throw problem; // The save may still be going on.
            }
            save(state);
            end();
        }
    }

    /** Waits for the last save; what has become of it nobody asks any more. */
    @Override
    public void close() {
        thread.close();
    }

    private void end() throws IOException {
        Future<?> last = underWay;
        underWay = null;
        if (last == null) {
            return;
        }
        failed = true;
        try {
            last.get();
        } catch (ExecutionException problem) {
            throw thrown(problem.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while saving", stopped);
        }
        failed = false;
        saved = snapshot.state();
        metrics.accept(new Metric.Saved(saved.step(), folder.path()));
    }

    private static IOException thrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException problem -> problem;
            case UncheckedIOException problem -> Objects.requireNonNull(problem.getCause());
            case RuntimeException problem -> throw problem;
            case Error problem -> throw problem;
            case null, default -> throw new IllegalStateException("nothing else is thrown by a save", cause);
        };
    }
}
