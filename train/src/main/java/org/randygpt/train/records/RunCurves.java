package org.randygpt.train.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.Metric;

/**
 * What a run has written down, as far as it has got.
 *
 * @param header what was known at its beginning
 * @param plannedSteps of the whole run, as they were planned last
 * @param steps one after the other
 * @param validations one after the other
 * @param rollbacks after how many steps the run went on after going back
 */
public record RunCurves(
        RunHeader header,
        long plannedSteps,
        List<Metric.Step> steps,
        List<Metric.Evaluation> validations,
        List<Long> rollbacks) {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    /** Whether a run has written something down. */
    public static boolean areIn(Path folder) {
        return Files.isRegularFile(folder.resolve(JsonLines.NAME));
    }

    /**
     * Reads {@code metrics.jsonl} in the folder of a run, which may be going on.
     *
     * @throws NoSuchFileException when there is none
     * @throws IOException that names the file and the line which cannot be
     */
    public static RunCurves read(Path folder) throws IOException {
        Path file = folder.resolve(JsonLines.NAME);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    folder.toString(), null, "there is no %s in it, which a run writes".formatted(JsonLines.NAME));
        }
        Collected collected = new Collected(file);
        Lines.read(file, line -> {
            collected.add(line);
            return true;
        });
        return collected.curves();
    }

    private static final class Collected {
        private final Path file;
        private final List<RunHeader> headers = new ArrayList<>();
        private final List<Metric.Step> steps = new ArrayList<>();
        private final List<Metric.Evaluation> validations = new ArrayList<>();
        private final List<Long> rollbacks = new ArrayList<>();
        private long plannedSteps;
        private int lines;

        Collected(Path file) {
            this.file = file;
        }

        void add(byte[] line) throws IOException {
            lines++;
            JsonObject json = JsonObject.parse("%s: line %d".formatted(file, lines), line, 0);
            if (lines == 1) {
                headers.add(RunHeader.read(json));
                plannedSteps = headers.getFirst().steps();
                return;
            }
            long step = json.longInteger("step");
            if (json.has("loss")) {
                steps.add(new Metric.Step(
                        step,
                        (float) json.number("loss"),
                        (float) json.number("gradient_norm"),
                        (float) json.number("learning_rate"),
                        nanos(json)));
            } else if (json.has("validation_loss")) {
                validations.add(new Metric.Evaluation(
                        step, (float) json.number("validation_loss"), json.truth("best"), nanos(json)));
            } else if (json.has("planned_steps")) {
                plannedSteps = json.longInteger("planned_steps");
            } else if (json.has("rollback")) {
                rollbacks.add(step);
            }
        }

        private static long nanos(JsonObject json) throws IOException {
            return Math.round(json.number("milliseconds") * NANOS_PER_MILLISECOND);
        }

        RunCurves curves() throws IOException {
            if (headers.isEmpty()) {
                throw new IOException("%s: there is nothing in it yet".formatted(file));
            }
            return new RunCurves(
                    headers.getFirst(),
                    plannedSteps,
                    List.copyOf(steps),
                    List.copyOf(validations),
                    List.copyOf(rollbacks));
        }
    }
}
