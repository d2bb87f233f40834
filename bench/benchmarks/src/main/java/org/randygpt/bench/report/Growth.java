package org.randygpt.bench.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.randygpt.bench.report.Chart.Axis;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.bench.report.GrowthLine.Cost;
import org.randygpt.core.model.Preset;
import org.randygpt.kernels.MultiplyAddPeak;

/** What larger models, contexts, batches and vocabularies cost, and how fast those train that have a name. */
final class Growth implements Subject {
    private static final int VOCABULARY = 67;
    private static final ModelShape SEED = ModelShape.of(Preset.SEED, VOCABULARY);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final int FEW_NUMBERS = 4;
    private static final Duration QUICK_TIME = Duration.ofSeconds(1);
    private static final Duration FULL_TIME = Duration.ofSeconds(20);
    private static final Duration QUICK_STEP = Duration.ofSeconds(1);
    private static final Duration FULL_STEP = Duration.ofSeconds(60);

    private static final List<Dimension> DIMENSIONS = List.of(
            new Dimension("layers", SEED.config().layers(), SEED::withLayers, List.of(1, 2, 4, 8, 16)),
            new Dimension("width", SEED.config().width(), SEED::withWidth, List.of(64, 128, 256, 512, 1024)),
            new Dimension(
                    "context",
                    SEED.config().context(),
                    context -> SEED.withContext(context, SEED.tokensOfStep() / context),
                    List.of(32, 64, 128, 256, 512)),
            new Dimension(
                    "batch",
                    SEED.batch(),
                    batch -> SEED.withContext(SEED.config().context(), batch),
                    List.of(8, 16, 32, 64, 128)),
            new Dimension("vocabulary", VOCABULARY, SEED::withVocabSize, List.of(64, 256, 1024, 4096, 16384)));

    /**
     * A number of a shape.
     *
     * @param usual what it is in the shape that the others are like
     * @param shape with another such number
     * @param numbers that are tried, the last one only where there is time
     */
    private record Dimension(String name, int usual, IntFunction<ModelShape> shape, List<Integer> numbers) {}

    @Override
    public String title() {
        return "Cost of growth";
    }

    @Override
    public Section measure(Setting setting) {
        double before = MultiplyAddPeak.measure(setting.all());
        warmUp(setting);
        List<GrowthLine> lines = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Dimension dimension : DIMENSIONS) {
            lines.add(measure(dimension, setting, notes));
        }
        double peak = Math.max(before, MultiplyAddPeak.measure(setting.all()));
        List<Row> summary = new ArrayList<>();
        List<Row> details = new ArrayList<>();
        for (GrowthLine line : lines) {
            summary.addAll(line.exponents());
            details.addAll(line.steps(peak));
        }
        boolean quick = setting.extent() == Extent.QUICK;
        double share = lines.getFirst().shareOfPeak(peak);
        Duration longest = quick ? QUICK_STEP : FULL_STEP;
        PresetSpeeds presets = PresetSpeeds.measure(setting, peak, share, longest, quick ? QUICK_TIME : FULL_TIME);
        summary.addAll(presets.rows());
        details.addAll(presets.details());
        return Section.of(
                        title(),
                        "Training steps in this process, %s: forward, backward, clipping and AdamW of GPT-2's blocks with a tied"
                                        .formatted(Setting.describe(setting.all()))
                                + " head. One number differs from the shape of preset seed (4 layers, width 128, 8 heads, context 64,"
                                + " batch 32, vocabulary 67): the width with as many heads, the context with as many"
                                + " tokens in a step, 2,048, so that longer sequences are fewer. Steps of one number take turns;"
                                + " medians. Exponents: least squares of the logarithms; 1 where twice as much"
                                + " costs twice as much. Arithmetic: of matrix products. Memory: weights, gradients, two moments"
                                + " and what MemoryLayout plans; heap: what is in use of it for one such step. Presets: in"
                                + " batches of their own, of 67 characters, or GPT-2's 50,257 tokens, without dropout; those whose step fits"
                                + " the heap and is expected to take less than %s s are measured, the others predicted by"
                                        .formatted(longest.toSeconds())
                                + " their arithmetic at the share of the peak that the measured ones have (median).",
                        summary)
                .withDetails(details)
                .withCharts(
                        chart("Time of a training step", "ms a step", lines, cost -> 1e3 * cost.seconds()),
                        chart("Memory of training, planned", "MB", lines, cost -> cost.planned() / 1e6))
                .withNotes(notes);
    }

    private static void warmUp(Setting setting) {
        TimedStep step = new TimedStep(SEED, setting.all());
        long end = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < end) {
            step.run();
        }
    }

    private static GrowthLine measure(Dimension dimension, Setting setting, List<String> notes) {
        boolean quick = setting.extent() == Extent.QUICK;
        List<ModelShape> shapes = new ArrayList<>();
        List<TimedStep> steps = new ArrayList<>();
        List<Long> used = new ArrayList<>();
        Setting.release(setting.all());
        Heap.clean();
        long before = Heap.bytesInUse();
        List<Integer> numbers = quick ? dimension.numbers().subList(0, FEW_NUMBERS) : dimension.numbers();
        for (int number : numbers) {
            ModelShape shape = dimension.shape().apply(number);
            if (shape.plannedBytes() > Heap.bytesLeft()) {
                notes.add("%s %,d: not measured, since it takes %,d MB and there are %,d MB of heap"
                        .formatted(dimension.name(), number, shape.plannedBytes() >> 20, Heap.bytesLeft() >> 20));
                break;
            }
            steps.add(new TimedStep(shape, setting.all()));
            shapes.add(shape);
            long after = Heap.bytesInUse();
            used.add(after - before);
            before = after;
        }
        Rounds rounds = Rounds.within(quick ? QUICK_TIME : FULL_TIME, steps.toArray(Runnable[]::new));
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            ModelShape shape = shapes.get(i);
            costs.add(new Cost(
                    numbers.get(i), shape.flopsOfStep(), rounds.seconds(i), shape.plannedBytes(), used.get(i)));
        }
        return new GrowthLine(dimension.name(), dimension.usual(), costs);
    }

    private static Chart chart(String title, String unit, List<GrowthLine> lines, ToDoubleFunction<Cost> figure) {
        String usual = lines.stream()
                .map(line -> "%s %,d".formatted(line.number(), line.usual()))
                .collect(Collectors.joining(", "));
        return new Chart(
                title,
                new Axis("multiple of what preset seed has (%s)".formatted(usual), Scale.LOGARITHMIC),
                new Axis(unit, Scale.LOGARITHMIC),
                lines.stream().map(line -> line.series(figure)).toList());
    }
}
