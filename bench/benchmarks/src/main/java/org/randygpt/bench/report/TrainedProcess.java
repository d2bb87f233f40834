package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * What a {@link TrainingProcess} has measured.
 *
 * @param steps the time of each step
 * @param endNanos of each step, since the process was launched
 * @param busyNanos of each step, in kernels, mean over the workers; zeros unless kernels were watched
 * @param peak multiply-add peak of its workers, floating-point operations a second
 * @param heapBytes most bytes of the heap that were in use
 * @param residentBytes most memory that the process had; 0 if unknown
 */
record TrainedProcess(
        StepTimes steps, List<Long> endNanos, List<Long> busyNanos, double peak, long heapBytes, long residentBytes) {

    /** Trains in a fresh JVM with the options of this one. */
    static TrainedProcess run(TrainingProcess.Task task, Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("training.json");
        List<String> command = OtherProcess.java(TrainingProcess.class);
        command.addAll(List.of(file.toString(), Long.toString(System.currentTimeMillis())));
        command.addAll(task.words());
        OtherProcess.run(command, Map.of(), folder.resolve("training.log"));
        return read(file);
    }

    /** Reads what a process has written. */
    static TrainedProcess read(Path file) throws IOException {
        JsonObject json = JsonObject.read(file);
        return new TrainedProcess(
                StepTimes.read(file),
                json.longIntegers("end_nanos"),
                json.longIntegers("busy_nanos"),
                json.number("peak_flops"),
                json.longInteger("heap_bytes"),
                json.longInteger("resident_bytes"));
    }

    /** The time that a tenth of the steady steps stay below, in seconds. */
    double calmSeconds() {
        return steps.fastSeconds();
    }

    /** Share of the peak that steady steps reach. */
    double shareOfPeak(ModelSize model) {
        return model.flopsOfStep() / steps.steadySeconds() / peak;
    }

    /** Seconds from the launch to the end of the first step. */
    double secondsToFirstStep() {
        return endNanos.getFirst() / 1e9;
    }

    /** The time of each step in milliseconds, over the seconds from the launch to its end. */
    List<Chart.Point> course() {
        return IntStream.range(0, endNanos.size())
                .mapToObj(step ->
                        new Chart.Point(endNanos.get(step) / 1e9, steps.nanos().get(step) / 1e6))
                .toList();
    }

    /** Seconds from the launch until steps have nearly the steady speed. */
    double secondsToSpeed() {
        int first = steps.firstAtSpeed();
        return (endNanos.get(first) - steps.nanos().get(first)) / 1e9;
    }

    /** Seconds of a steady step in which a worker does not compute, on average over the workers. */
    double idleSeconds() {
        return steps.steadySeconds() - new StepTimes(busyNanos).steadySeconds();
    }
}
