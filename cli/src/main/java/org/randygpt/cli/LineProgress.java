package org.randygpt.cli;

import org.randygpt.train.Metric;

/** Progress for a file or a pipe: a line now and then. */
final class LineProgress implements Progress {
    private static final long STEPS_BETWEEN = 100;
    private static final long MOST_NANOS_BETWEEN = 30_000_000_000L;

    private final Output out;
    private final Pace pace;
    private long nanosSinceLine;

    /** Lines about a pace, which others keep up to date. */
    LineProgress(Output out, Pace pace) {
        this.out = out;
        this.pace = pace;
    }

    @Override
    public void accept(Metric metric) {
        switch (metric) {
            case Metric.Step step -> {
                nanosSinceLine += step.nanos();
                boolean due = step.step() % STEPS_BETWEEN == 0 || nanosSinceLine > MOST_NANOS_BETWEEN;
                if (due && !pace.isValidated()) {
                    print(step);
                }
            }
            case Metric.Evaluation evaluation -> {
                print(pace.last());
                out.println("     validation loss %.4f%s, %.4f bits per byte, perplexity %.2f"
                        .formatted(
                                evaluation.loss(),
                                evaluation.best() ? ", the best so far" : "",
                                pace.bitsPerByte(),
                                pace.perplexity()));
            }
            case Metric.Saved _, Metric.NotSaved _, Metric.Planned _, Metric.RolledBack _ -> {}
        }
    }

    @Override
    public void say(String line) {
        out.println("     " + line);
    }

    @Override
    public void interrupted() {}

    @Override
    public void end() {}

    private void print(Metric.Step step) {
        nanosSinceLine = 0;
        String steps = Long.toString(pace.steps());
        String peak = Double.isNaN(pace.shareOfPeak()) ? "" : ", %2.0f %% of peak".formatted(100 * pace.shareOfPeak());
        String left = pace.done() == pace.steps()
                ? ""
                : "  %s left, next save at %d".formatted(Formats.duration(pace.nanosLeft()), pace.nextSave());
        out.println(("step %" + steps.length()
                        + "d/%s  loss %.4f, smoothed %.4f  rate %.2e  norm %.2f, %3.0f %% clipped  %,7.0f tokens/s%s%s")
                .formatted(
                        step.step(),
                        steps,
                        step.loss(),
                        pace.smoothedLoss(),
                        step.learningRate(),
                        step.gradientNorm(),
                        100 * pace.clippedShare(),
                        pace.speed(),
                        peak,
                        left));
    }
}
