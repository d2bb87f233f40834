package org.randygpt.core.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Work on blocks by many threads, whose results one thread gets in order. */
final class OrderedWork<T> implements AutoCloseable {
    private static final int BLOCKS_PER_THREAD = 2;

    private final TextCleaner cleaner;
    private final DocumentReader.Work<T> work;
    private final DocumentReader.Then<T> then;
    private final BlockSizes sizes;
    private final int mostBlocks;
    private final long mostBytes;
    private final ExecutorService executor;
    private final Deque<Pending<T>> pending = new ArrayDeque<>();
    private long pendingBytes;

    private record Done<T>(TextBlock block, T result) {}

    private record Pending<T>(int bytes, @Nullable LongRecord record, Future<Done<T>> done) {}

    /**
     * Work by so many threads, which end when it is closed.
     *
     * @param sizes of the longest blocks there is at most one for each thread at once
     */
    OrderedWork(
            TextCleaner cleaner,
            DocumentReader.Work<T> work,
            DocumentReader.Then<T> then,
            int threads,
            BlockSizes sizes) {
        this.sizes = sizes;
        this.cleaner = cleaner;
        this.work = work;
        this.then = then;
        mostBlocks = threads * BLOCKS_PER_THREAD;
        mostBytes = (long) threads * sizes.longest();
        executor = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("reading-", 1).factory());
    }

    /** Gives a block to some thread, after taking as many results as there has to be room for. */
    void submit(RawBlock raw) throws IOException {
        int bytes = raw.bytes().length;
        while (!pending.isEmpty() && pendingBytes + bytes > mostBytes) {
            takeFirst();
        }
        pendingBytes += bytes;
        boolean isLong = raw.file().format() == DataFile.Format.JSON_LINES && bytes > sizes.usual();
        LongRecord record = isLong ? new LongRecord(raw.file(), raw.start()) : null;
        pending.add(new Pending<>(bytes, record, executor.submit(() -> {
            TextBlock block = cleaner.clean(raw);
            return new Done<>(block, work.of(block));
        })));
    }

    /** Takes results until there is room for one more block. */
    void makeRoom() throws IOException {
        while (pending.size() >= mostBlocks) {
            takeFirst();
        }
    }

    /** Takes all results. */
    void finish() throws IOException {
        while (!pending.isEmpty()) {
            takeFirst();
        }
    }

    /** The longest record that is worked on, if there is a long one. */
    @Nullable
    LongRecord longRecord() {
        return pending.stream()
                .filter(block -> block.record() != null)
                .max(Comparator.comparingInt(Pending::bytes))
                .map(Pending::record)
                .orElse(null);
    }

    /** Gives up what has not begun and waits for the rest. */
    @Override
    public void close() {
        pending.forEach(block -> block.done().cancel(false));
        executor.close();
    }

    private void takeFirst() throws IOException {
        Pending<T> first = pending.element();
        Done<T> done = result(first.done());
        then.accept(done.block(), done.result());
        pendingBytes -= first.bytes();
        pending.remove();
    }

    private static <D> D result(Future<D> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException problem -> throw problem;
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                case null, default -> throw new IllegalStateException(failure);
            }
        }
    }
}
