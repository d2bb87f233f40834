package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBandwidthTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anyNumberOfWorkersReadsAtAFiniteSpeed(int count) {
        MemoryBandwidth memory = new MemoryBandwidth(8 << 20);
        try (Workers workers = new Workers(count)) {
            double speed = memory.measure(workers, Duration.ofMillis(20));
            assertTrue(speed > 0 && Double.isFinite(speed), String.valueOf(speed));
            assertTrue(memory.measure(workers, Duration.ZERO) > 0);
        }
    }

    @Test
    void aBlockHasAtLeastAMegabyte() {
        assertEquals(8 << 20, new MemoryBandwidth(8 << 20).bytes());
        assertEquals(1 << 20, new MemoryBandwidth(0).bytes());
    }
}
