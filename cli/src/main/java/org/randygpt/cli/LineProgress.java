package org.randygpt.cli;

import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;

/** Progress for a file or a pipe: a line now and then. */
final class LineProgress implements MetricSink {
    private static final long STEPS_BETWEEN = 100;
    private static final long MOST_NANOS_BETWEEN = 30_000_000_000L;

    private final Output out;
    private final Pace pace;
    private long nanosSinceLine;

    LineProgress(Output out, Pace pace) {
        this.out = out;
        this.pace = pace;
    }

    @Override
    public void accept(Metric metric) {
        pace.add(metric);
        switch (metric) {
            case Metric.Step step -> {
                nanosSinceLine += step.nanos();
                boolean due = step.step() % STEPS_BETWEEN == 0 || nanosSinceLine > MOST_NANOS_BETWEEN;
                if (due && !pace.isValidated()) {
                    print("");
                }
            }
            case Metric.Evaluation evaluation ->
                print("  validation loss %.4f%s"
                        .formatted(evaluation.loss(), evaluation.best() ? ", the best so far" : ""));
            case Metric.Saved _, Metric.NotSaved _ -> {}
        }
    }

    private void print(String end) {
        nanosSinceLine = 0;
        String steps = Long.toString(pace.steps());
        out.println(("step %" + steps.length() + "d/%s  loss %.4f  %,7.0f tokens/s  %5s ms/step  %9s left%s")
                .formatted(
                        pace.done(),
                        steps,
                        pace.loss(),
                        pace.speed(),
                        Formats.milliseconds(pace.stepNanos()),
                        Formats.duration(pace.nanosLeft()),
                        end));
    }
}
