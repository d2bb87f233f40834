package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AmdahlTest {

    @Test
    void whatIsFittedExplainsTheSpeedUp() {
        assertEquals(1.9, Amdahl.fitted(1.9, 2).speedUp(2), 1e-9);
        assertEquals(5.5, Amdahl.fitted(5.5, 8).speedUp(8), 1e-9);
    }

    @Test
    void withoutASerialPartSpeedGrowsWithWorkers() {
        assertEquals(64, new Amdahl(0).speedUp(64), 1e-9);
        // More than is possible, by noise.
        assertEquals(new Amdahl(0), Amdahl.fitted(2.1, 2));
    }
}
