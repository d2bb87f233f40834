package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
    @Test
    void whoIsRightAsOftenAsTheySayHasNoError() {
        Calibration.Counter counter = new Calibration.Counter();
        for (int tenth = 1; tenth <= 10; tenth++) {
            for (int i = 0; i < 10; i++) {
                counter.add(tenth / 10.0, i < tenth);
            }
        }
        assertEquals(0, counter.calibration().error(), 1e-12);
    }

    @Test
    void whoIsTooSureHasTheDifferenceAsTheirError() {
        Calibration.Counter counter = new Calibration.Counter();
        // 60 times 0.9 and right half the time, 40 times 0.3 and right 10 times.
        for (int i = 0; i < 60; i++) {
            counter.add(0.9, i % 2 == 0);
        }
        for (int i = 0; i < 40; i++) {
            counter.add(0.3, i % 4 == 0);
        }
        assertEquals(0.6 * 0.4 + 0.4 * 0.05, counter.calibration().error(), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1e-9, 0", "0.05, 0", "0.07, 1", "0.5, 7", "0.99, 14", "1, 14"})
    void binsHaveEqualWidth(double confidence, int bin) {
        Calibration.Counter counter = new Calibration.Counter();
        counter.add(confidence, true);
        assertEquals(15, counter.calibration().bins().size());
        assertEquals(1, counter.calibration().bins().get(bin).count());
        assertEquals(1 - confidence, counter.calibration().error(), 1e-12);
    }

    @Test
    void whoHasSaidNothingHasNoError() {
        assertEquals(0, new Calibration.Counter().calibration().error());
    }
}
