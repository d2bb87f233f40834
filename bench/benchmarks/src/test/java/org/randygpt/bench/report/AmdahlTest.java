package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AmdahlTest {

    @Test
    void whatIsFittedExplainsTheSpeedUp() {
        assertEquals(1.9, Amdahl.fitted(Map.of(2, 1.9)).speedUp(2), 1e-9);
        assertEquals(5.5, Amdahl.fitted(Map.of(8, 5.5)).speedUp(8), 1e-9);
    }

    @Test
    void severalSpeedUpsAreFittedTogether() {
        Amdahl law = new Amdahl(0.07);
        Amdahl fitted = Amdahl.fitted(Map.of(2, law.speedUp(2), 4, law.speedUp(4), 12, law.speedUp(12)));
        assertEquals(0.07, fitted.serial(), 1e-9);
    }

    @Test
    void stepsAreTimedOnPowersOfTwoAndAllWorkers() {
        assertEquals(List.of(1), SmallTraining.counts(1));
        assertEquals(List.of(1, 2), SmallTraining.counts(2));
        assertEquals(List.of(1, 2, 4, 8, 12), SmallTraining.counts(12));
    }

    @Test
    void withoutASerialPartSpeedGrowsWithWorkers() {
        assertEquals(64, new Amdahl(0).speedUp(64), 1e-9);
        // More than is possible, by noise.
        assertEquals(new Amdahl(0), Amdahl.fitted(Map.of(2, 2.1)));
    }
}
