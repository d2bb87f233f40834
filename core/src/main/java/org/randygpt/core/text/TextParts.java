package org.randygpt.core.text;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Parts of a long text that begin and end between pieces, for threads to share. */
final class TextParts {
    /** Enough for a thread to start for; small enough for threads to end at the same time. */
    private static final int BYTES = 1 << 19;

    private TextParts() {}

    /** What is made of a part of a text. */
    interface Function<T> {
        /** Of the bytes from one to before another. */
        T apply(byte[] text, int start, int end);
    }

    /**
     * What is made of each part of a text, in order, by so many threads at most; the parts do not depend on how many.
     */
    static <T> List<T> map(byte[] text, int threads, Function<T> function) {
        int[] starts = starts(text);
        int parts = starts.length - 1;
        if (parts == 1 || threads == 1) {
            List<T> results = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                results.add(function.apply(text, starts[part], starts[part + 1]));
            }
            return results;
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(Math.min(threads, parts))) {
            List<Future<T>> futures = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                int start = starts[part];
                int end = starts[part + 1];
                futures.add(executor.submit(() -> function.apply(text, start, end)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(result(future));
            }
            return results;
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a thread was interrupted while others worked for it", interrupted);
        } catch (ExecutionException problem) {
            if (problem.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(problem.getCause());
        }
    }

    /** Where parts begin, and the end of the text. */
    private static int[] starts(byte[] text) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int at = BYTES; at < text.length; at++) {
            if (PreTokenization.surelyCuts(text, at)) {
                starts.add(at);
                at += BYTES - 1;
            }
        }
        starts.add(text.length);
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }
}
