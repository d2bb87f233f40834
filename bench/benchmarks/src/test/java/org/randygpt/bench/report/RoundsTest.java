package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
        assertEquals(3, Rounds.median(9, 1, 3));
        assertEquals(2.5, Rounds.median(4, 1, 2, 3));
    }

    @Test
    void everySideIsTimed() {
        int[] calls = new int[2];
        Rounds rounds = Rounds.of(Extent.QUICK, () -> calls[0]++, () -> calls[1]++);
        assertTrue(calls[0] > 0 && calls[1] > 0);
        assertTrue(rounds.seconds(0) > 0 && rounds.speed(0, 1) > 0);
    }

    @Test
    void withoutTimeLongSidesStillTakeThreeTurns() {
        int[] calls = new int[2];
        Rounds rounds = Rounds.within(Duration.ZERO, () -> calls[0]++, () -> calls[1]++);
        assertTrue(calls[0] >= 3 && calls[1] >= 3);
        assertTrue(rounds.seconds(0) > 0 && rounds.seconds(1) > 0);
    }
}
