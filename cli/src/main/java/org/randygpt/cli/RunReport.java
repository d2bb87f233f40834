package org.randygpt.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.train.Floors;
import org.randygpt.train.RunState;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.Trainer.Outcome;
import org.randygpt.train.TrainingConfig;

/** What a run says before and after it trains. */
final class RunReport {
    private final Output out;
    private final RunSetup setup;
    private final Yardsticks yardsticks;

    RunReport(Output out, RunSetup setup, Yardsticks yardsticks) {
        this.out = out;
        this.setup = setup;
        this.yardsticks = yardsticks;
    }

    /** What a model is like, but for its vocabulary. */
    static String shape(GptConfig model) {
        return "%s, %s, width %d, %s, context %d, %s head"
                .formatted(
                        Choices.name(model.architecture()),
                        Formats.count(model.layers(), "layer"),
                        model.width(),
                        heads(model),
                        model.context(),
                        model.head() == Head.TIED ? "tied" : "untied");
    }

    private static String heads(GptConfig model) {
        String heads = Formats.count(model.heads(), "head");
        return model.keyValueHeads() == model.heads()
                ? heads
                : "%s on %s of keys and values".formatted(heads, Formats.count(model.keyValueHeads(), "head"));
    }

    /**
     * Says what will be done.
     *
     * @param settings that are not as usual, in lines
     */
    void header(int threads, Arithmetic arithmetic, List<String> settings) {
        GptConfig model = setup.model().config();
        TrainingConfig config = setup.state().config();
        long done = setup.state().step();
        row("Model", "%s: %,d parameters", shape(model), setup.graph().parameterCount());
        row(
                "Text",
                "%s: %,d %s to train on, %,d held out, vocabulary of %,d",
                setup.text().shownName(),
                setup.dataset().trainingSize(),
                units(),
                setup.dataset().heldOutSize(),
                model.vocabSize());
        documents();
        row(
                "Training",
                "%s of %d x %d %s%s, learning rate %s, seed %d",
                config.stopping().minutes() == 0
                        ? Formats.count(config.iterations(), "step")
                        : "as many steps as %s minutes have"
                                .formatted(Formats.number(config.stopping().minutes())),
                config.batch(),
                model.context(),
                units(),
                config.passes() == 1 ? "" : " in %d parts".formatted(config.passes()),
                Formats.number(config.optimizer().learningRate()),
                config.seed());
        for (int i = 0; i < settings.size(); i++) {
            row(i == 0 ? "Settings" : "", "%s", settings.get(i));
        }
        floors(yardsticks.floors());
        row(
                "Machine",
                "%s%s, Java %s",
                Formats.count(threads, "thread"),
                Double.isNaN(yardsticks.peak()) ? "" : ", %.0f GFLOP/s at most".formatted(yardsticks.peak() / 1e9),
                Runtime.version());
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
            row("initial loss", "%.4f", state.progress().initialLoss());
            row("final loss", "%.4f", outcome.finalLoss());
            row("clipped steps", "%.0f %%", 100.0 * tally.clipped() / tally.steps());
        }
        if (Float.isFinite(state.progress().best().loss())) {
            row(
                    "best validation",
                    "%.4f at step %,d: %.4f bits per byte, perplexity %.2f",
                    state.progress().best().loss(),
                    state.progress().best().step(),
                    yardsticks.bitsPerByte(state.progress().best().loss()),
                    Math.exp(state.progress().best().loss()));
            row("beside tables", "%s", beside(state.progress().best().loss()));
        }
    }

    /** What {@link #table} says, for programs: losses in nats per token, times in seconds. */
    SequencedMap<String, Object> json(Outcome outcome, Tally tally, Usage usage) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("seconds", usage.wallNanos() / 1e9);
        json.put("validation_seconds", tally.evaluationNanos() / 1e9);
        json.put("processor_seconds", usage.processorNanos() / 1e9);
        Usage.peakMemory().ifPresent(bytes -> json.put("peak_memory_bytes", bytes));
        json.put("steps_done", tally.steps());
        if (tally.steps() > 0) {
            double stepNanos = (double) tally.stepNanos() / tally.steps();
            json.put("milliseconds_per_step", stepNanos / 1e6);
            json.put("tokens_per_second", yardsticks.tokensOfStep() / stepNanos * 1e9);
            json.put("flops_per_second", yardsticks.flopsOfStep() / stepNanos * 1e9);
            json.put("initial_loss", outcome.state().progress().initialLoss());
            json.put("final_loss", outcome.finalLoss());
            json.put("clipped_steps", tally.clipped());
        }
        json.put("floors", yardsticks.tables());
        return json;
    }

    private String units() {
        return setup.model().tokenizer() instanceof CharTokenizer ? "characters" : "tokens";
    }

    /** Says more about the text, if there is more to say. */
    private void documents() {
        TokenDataset dataset = setup.dataset();
        if (setup.severalDocuments()) {
            row(
                    "Documents",
                    "%,d, %s held out",
                    dataset.documents(),
                    dataset.holdsOutDocuments() ? "some of them" : "the end of the text");
        }
        String noticed = NoticedText.of(dataset.counts());
        if (!noticed.isEmpty()) {
            row("Noticed", "%s", noticed);
        }
    }

    private void floors(Floors floors) {
        long all = setup.dataset().trainingSize();
        row(
                "Floors",
                "%s%s",
                yardsticks.tables().entrySet().stream()
                        .map(table -> "%s %.2f".formatted(table.getKey(), table.getValue()))
                        .collect(Collectors.joining(", ")),
                floors.counted() == all ? "" : ", from the first %,d %s".formatted(floors.counted(), units()));
    }

    /** Where a loss stands between those of the tables: 0.68 below bigram, 0.14 above 5-gram. */
    private String beside(double loss) {
        return yardsticks.tables().entrySet().stream()
                .map(table -> "%.2f %s %s"
                        .formatted(
                                Math.abs(loss - table.getValue()),
                                loss < table.getValue() ? "below" : "above",
                                table.getKey()))
                .collect(Collectors.joining(", "));
    }

    private void speed(long steps, long nanos) {
        double stepNanos = (double) nanos / steps;
        double flops = yardsticks.flopsOfStep() / stepNanos * 1e9;
        double share = flops / yardsticks.peak();
        row(
                "speed",
                "%,.0f tokens/s, %s ms/step, %.1f GFLOP/s%s",
                yardsticks.tokensOfStep() / stepNanos * 1e9,
                Formats.milliseconds(stepNanos),
                flops / 1e9,
                Double.isNaN(share) ? "" : ", %.0f %% of peak".formatted(100 * share));
    }

    /**
     * Says how to go on with a run that was stopped.
     *
     * @param steps that have been done
     */
    void stopped(long steps) {
        out.println("");
        out.println(
                steps == 0
                        ? "Stopped before the first step; there is nothing to save."
                        : "Stopped; go on with: randygpt train --resume " + shellPath());
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
