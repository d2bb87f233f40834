package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {
    private static final float PEAK = 0.5f;
    private static final float FLOOR = 0.125f;
    private static final long WARMUP = 10;
    private static final long STEPS = 100;

    @ParameterizedTest
    @EnumSource
    void theRateRisesInALineToThePeak(Schedule schedule) {
        LearningRate rate = rates(schedule, 0.4f);
        for (int step = 0; step < WARMUP; step++) {
            assertEquals(PEAK * (step + 1) / WARMUP, rate.at(step), 1e-7);
        }
    }

    @Test
    void cosineIsHalfwayDownInTheMiddleAndAtTheFloorAtTheEnd() {
        LearningRate rate = rates(Schedule.COSINE, 0);
        assertEquals((PEAK + FLOOR) / 2, rate.at((WARMUP + STEPS) / 2 - 1), 1e-7);
        assertEquals(FLOOR, rate.at(STEPS - 1), 1e-7);
    }

    @Test
    void stableDecayStaysAtThePeakAndFallsInALineOverItsFraction() {
        LearningRate rate = rates(Schedule.WSD, 0.4f);
        for (long step = WARMUP; step < 60; step++) {
            assertEquals(PEAK, rate.at(step));
        }
        for (long step = 60; step < STEPS; step++) {
            assertEquals(PEAK - (PEAK - FLOOR) * (step + 1 - 60) / 40, rate.at(step), 1e-7);
        }
        assertEquals(FLOOR, rate.at(STEPS + 5));
    }

    @Test
    void aFallOfNoStepsIsConstant() {
        for (long step = 0; step < STEPS; step++) {
            assertEquals(
                    rates(Schedule.CONSTANT, 0).at(step), rates(Schedule.WSD, 0).at(step));
        }
        assertEquals(PEAK, rates(Schedule.CONSTANT, 0).at(STEPS - 1));
    }

    @Test
    void whereRiseAndFallOverlapTheLowerRateHolds() {
        LearningRate rate = rates(Schedule.WSD, 1);
        assertEquals(PEAK / 10, rate.at(0), 1e-7);
        assertEquals(PEAK - (PEAK - FLOOR) / 10, rate.at(9), 1e-7);
    }

    private static LearningRate rates(Schedule schedule, float decayFraction) {
        return new TrainingConfig(
                        1,
                        1,
                        STEPS,
                        OptimizerConfig.adamW(PEAK, 0.9f, 0.99f, 0, 1),
                        new ScheduleConfig(schedule, FLOOR, WARMUP).withDecayFraction(decayFraction),
                        10,
                        1)
                .rates();
    }
}
