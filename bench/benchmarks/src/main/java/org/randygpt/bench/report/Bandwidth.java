package org.randygpt.bench.report;

import java.io.IOException;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Workers;

/**
 * Blocks too large for any cache, and plain passes over them: the roof under which a kernel stands that computes
 * little. Each worker passes over its share.
 */
final class Bandwidth {
    /** Columns of the blocks: the width of GPT-2. */
    static final int WIDTH = 768;

    private static final int CACHES = 4;
    private static final long LEAST_BYTES = 64L << 20;
    private static final long MOST_BYTES = 512L << 20;

    private final int rows;
    private final Matrix from;
    private final Matrix to;
    private final int[] numbers;
    private final int[] sums;

    /** Blocks four times as large as the last cache, but 64 to 512 MB. */
    Bandwidth() throws IOException {
        long bytes = Math.clamp(CACHES * Machine.lastCacheBytes(), LEAST_BYTES, MOST_BYTES);
        rows = (int) (bytes / Float.BYTES / WIDTH);
        from = block();
        to = block();
        numbers = new int[from.size()];
        sums = new int[Runtime.getRuntime().availableProcessors()];
    }

    /** Another block of the size. */
    Matrix block() {
        Matrix block = Matrix.zeros(rows, WIDTH);
        Samples.fill(block);
        return block;
    }

    /** Bytes of one block. */
    long bytes() {
        return (long) Float.BYTES * from.size();
    }

    /** Reads a block once. */
    void read(Workers team) {
        team.run(worker -> {
            Share share = new Share(worker, team.count());
            sums[worker] = sumSquares(share.from(numbers.length), share.to(numbers.length));
        });
    }

    /** Reads one block and writes another, by {@link System#arraycopy}. */
    void copy(Workers team) {
        team.run(worker -> {
            Share share = new Share(worker, team.count());
            int start = share.from(from.size());
            System.arraycopy(
                    from.data(), from.offset() + start, to.data(), to.offset() + start, share.to(from.size()) - start);
        });
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
