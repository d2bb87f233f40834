package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepTimesTest {
    private static final long MILLI = 1_000_000;

    @Test
    void theSteadyStepIsTheMedianOfTheLaterHalf() {
        assertEquals(0.030, new StepTimes(times(900, 500, 100, 20, 30, 40)).steadySeconds(), 1e-9);
    }

    @Test
    void fullSpeedBeginsWithTheFirstFiveStepsNearTheSteadyOne() {
        List<Long> nanos = times(500, 400, 100, 300, 109, 108, 100, 150);
        nanos.addAll(Collections.nCopies(20, 100 * MILLI));
        assertEquals(2, new StepTimes(nanos).firstAtSpeed());
    }

    @Test
    void aProcessThatStartsAtSpeedIsThereAtOnce() {
        assertEquals(0, new StepTimes(Collections.nCopies(20, MILLI)).firstAtSpeed());
    }

    @Test
    void fewStepsAreStillMeasured() {
        assertEquals(0, new StepTimes(times(7)).firstAtSpeed());
        assertEquals(0.007, new StepTimes(times(7)).fastSeconds(), 1e-9);
    }

    @Test
    void noStepIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> new StepTimes(List.of()));
    }

    @Test
    void whatDriversWriteIsRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("peer.json");
        Files.writeString(file, "{\"step_nanos\": [3000000, 2000000, 2500000]}\n");
        assertEquals(
                List.of(3_000_000L, 2_000_000L, 2_500_000L),
                StepTimes.read(file).nanos());
    }

    private static List<Long> times(long... millis) {
        List<Long> times = new ArrayList<>();
        for (long each : millis) {
            times.add(each * MILLI);
        }
        return times;
    }
}
