package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * How long the training steps of one process took, in nanoseconds.
 *
 * @param nanos of each step, in order
 */
record StepTimes(List<Long> nanos) {
    /** Steps whose median counts as the speed of a moment. */
    private static final int MOMENT = 5;

    private static final double NEARLY = 1.1;
    private static final int STEADY_PART = 2;
    private static final double TENTH = 0.1;

    /** Throws {@link IllegalArgumentException} when there are none. */
    StepTimes {
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException("there is no step; measure longer");
        }
    }

    /** What a process has written. */
    static StepTimes read(Path file) throws IOException {
        return new StepTimes(JsonObject.read(file).longIntegers("step_nanos"));
    }

    /** Seconds of a step once speed is steady: the median of the later half. */
    double steadySeconds() {
        return median(nanos.subList(nanos.size() / STEADY_PART, nanos.size()));
    }

    /** The time that a tenth of the steady steps stay below, in seconds. */
    double fastSeconds() {
        List<Long> sorted = nanos.subList(nanos.size() / STEADY_PART, nanos.size()).stream()
                .sorted()
                .toList();
        return sorted.get((int) (TENTH * sorted.size())) / 1e9;
    }

    /** The index of the first step that is within 10 % of the steady one, and so is the median of five from it on. */
    int firstAtSpeed() {
        double limit = NEARLY * steadySeconds();
        int first = 0;
        while (first + MOMENT < nanos.size()
                && (nanos.get(first) > 1e9 * limit || median(nanos.subList(first, first + MOMENT)) > limit)) {
            first++;
        }
        return first;
    }

    private static double median(List<Long> some) {
        return Rounds.median(some.stream().mapToDouble(each -> each / 1e9).toArray());
    }

    /** The steady step of a median process. */
    static double medianSeconds(Stream<StepTimes> processes) {
        return Rounds.median(processes.mapToDouble(StepTimes::steadySeconds).toArray());
    }
}
