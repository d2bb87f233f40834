package org.randygpt.cli;

import java.nio.file.Path;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.train.RunState;
import org.randygpt.train.Trainer.Outcome;
import org.randygpt.train.TrainingConfig;

/** What a run says before and after it trains. */
final class RunReport {
    private final Output out;
    private final RunSetup setup;

    RunReport(Output out, RunSetup setup) {
        this.out = out;
        this.setup = setup;
    }

    /** Says what will be done. */
    void header(int threads, Arithmetic arithmetic) {
        GptConfig model = setup.model().config();
        TrainingConfig config = setup.state().config();
        long done = setup.state().step();
        row(
                "Model",
                "%s, %s, width %d, %s, context %d, %s head: %,d parameters",
                ModelOptions.name(model.architecture()),
                Formats.count(model.layers(), "layer"),
                model.width(),
                Formats.count(model.heads(), "head"),
                model.context(),
                model.head() == Head.TIED ? "tied" : "untied",
                setup.graph().parameterCount());
        row(
                "Text",
                "%s: %,d characters to train on, %,d held out, vocabulary of %d",
                setup.state().data(),
                setup.dataset().trainingSize() - 1,
                setup.dataset().heldOutSize(),
                model.vocabSize());
        row(
                "Training",
                "%s of %d x %d characters, learning rate %s, seed %d",
                Formats.count(config.iterations(), "step"),
                config.batch(),
                model.context(),
                config.learningRate(),
                config.seed());
        row("Machine", "%s, Java %s", Formats.count(threads, "thread"), Runtime.version());
        row("Kernels", "%s", arithmetic.description());
        row("Output", "%s%s", path(), done == 0 ? "" : ", going on after step %,d".formatted(done));
        out.println("");
    }

    /** Says how it went. */
    void table(Outcome outcome, Tally tally, Usage usage) {
        RunState state = outcome.state();
        out.println("");
        row(
                "time",
                "%s; %s of it validation",
                Formats.duration(usage.wallNanos()),
                Formats.duration(tally.evaluationNanos()));
        if (tally.steps() > 0) {
            speed(tally.steps(), tally.stepNanos());
        }
        row("CPU use", "%.0f %%", 100.0 * usage.processorNanos() / usage.wallNanos());
        Usage.peakMemory().ifPresent(bytes -> row("peak memory", "%s", Formats.bytes(bytes)));
        if (tally.steps() > 0) {
            row("initial loss", "%.4f", state.initialLoss());
            row("final loss", "%.4f", outcome.finalLoss());
        }
        if (Float.isFinite(state.best().loss())) {
            String when = tally.bestStep() > 0 ? "at step %,d".formatted(tally.bestStep()) : "before it was resumed";
            row("best validation", "%.4f %s", state.best().loss(), when);
        }
    }

    private void speed(long steps, long nanos) {
        Graph graph = setup.graph();
        double tokens = (double) graph.batch() * graph.time();
        double flops = (double) (1 + Profile.BACKWARD_WORK)
                * graph.ops().stream().mapToLong(Op::flops).sum();
        double stepNanos = (double) nanos / steps;
        row(
                "speed",
                "%,.0f tokens/s, %s ms/step, %.1f GFLOP/s",
                tokens / stepNanos * 1e9,
                Formats.milliseconds(stepNanos),
                flops / stepNanos);
    }

    /** Says how to go on with a run that was stopped. */
    void stopped() {
        out.println("");
        out.println("Stopped; go on with: randygpt train --resume " + shellPath());
    }

    /** Says what the model is good for. */
    void whatNext() {
        out.println("");
        out.println("More of it: randygpt generate --model " + shellPath());
    }

    private void row(String label, String format, Object... values) {
        out.println("%-15s  %s".formatted(label, format.formatted(values)));
    }

    private Path path() {
        return setup.folder().path();
    }

    private String shellPath() {
        return Formats.shellWord(path().toString());
    }
}
