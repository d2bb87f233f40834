package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchReaderTest {
    private final TokenDataset dataset =
            TokenDataset.of(1000, IntStream.range(0, 1000).toArray(), 8, 3);

    /** In order, with jumps as a rollback makes them, and again after it has been closed. */
    @Test
    void batchesThatAreReadAheadAreTheSame() {
        BatchReader reader = new BatchReader(dataset, 2, 8);
        long[] firsts = {0, 2, 4, 6, 2, 4, 100, 102, 102, 0};
        for (int time = 0; time < 3; time++) {
            try (BatchReader.Ahead _ = reader.ahead()) {
                for (long first : firsts) {
                    assertTakes(reader, first);
                }
            }
            assertTakes(reader, 50);
        }
    }

    private void assertTakes(BatchReader reader, long first) {
        int[] tokens = new int[16];
        int[] targets = new int[16];
        dataset.sample(first, tokens, targets);
        reader.take(first);
        assertArrayEquals(tokens, reader.tokens());
        assertArrayEquals(targets, reader.targets());
    }

    @Test
    void nobodyReadsAheadAfterItIsClosed() {
        BatchReader reader = new BatchReader(dataset, 2, 8);
        try (BatchReader.Ahead _ = reader.ahead()) {
            reader.take(0);
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(BatchReader.THREAD)));
    }
}
