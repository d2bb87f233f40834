package org.randygpt.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.randygpt.cli.charts.Curve;
import org.randygpt.cli.charts.Level;
import org.randygpt.cli.charts.LineChart;
import org.randygpt.cli.charts.LineChart.Range;
import org.randygpt.cli.charts.Picture;
import org.randygpt.cli.charts.Series;
import org.randygpt.cli.charts.Series.Look;
import org.randygpt.cli.charts.TerminalChart;
import org.randygpt.train.Metric;
import org.randygpt.train.records.RunCurves;

/**
 * Charts of what runs have written down, laid over each other.
 *
 * @param runs at least one
 */
record RunCharts(List<Run> runs) {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 800;
    private static final int LOSS_HEIGHT = 520;
    private static final int SMALL_WIDTH = WIDTH / 3;
    private static final int STRETCHES = 700;
    private static final double NEARLY_ALL = 0.95;
    private static final double ABOVE = 1.15;
    /** A peak so many times as high as nearly all the rest is cut off. */
    private static final double FAR_OUT = 4;

    private static final int ROWS = 18;
    private static final int LABEL = 15;
    private static final int FIGURES = 28;
    private static final int LONGEST_NAME = 16;

    /**
     * A run.
     *
     * @param name for the legend
     */
    record Run(String name, RunCurves curves) {
        Curve ofSteps(ToDoubleFunction<Metric.Step> figure) {
            return new Curve(
                    curves.steps().stream().mapToDouble(Metric.Step::step).toArray(),
                    curves.steps().stream().mapToDouble(figure).toArray());
        }

        SequencedMap<String, Double> floors() {
            return curves.header().floors();
        }

        Curve loss() {
            return ofSteps(Metric.Step::loss);
        }

        Curve speed() {
            return ofSteps(step -> curves.header().tokensPerSecond(step.nanos()));
        }

        Curve validation() {
            return new Curve(
                    curves.validations().stream()
                            .mapToDouble(Metric.Evaluation::step)
                            .toArray(),
                    curves.validations().stream()
                            .mapToDouble(Metric.Evaluation::loss)
                            .toArray());
        }
    }

    /** All charts in one picture of 1200 x 800. */
    Picture picture() {
        Picture picture = new Picture(WIDTH, HEIGHT).add(loss(), 0, 0, WIDTH, LOSS_HEIGHT);
        int x = 0;
        for (LineChart chart : List.of(rate(), norm(), speed())) {
            picture.add(chart, x, LOSS_HEIGHT, SMALL_WIDTH, HEIGHT - LOSS_HEIGHT);
            x += SMALL_WIDTH;
        }
        return picture;
    }

    /** Losses of steps, thin and smoothed, and of validation, and what tables lose. */
    LineChart loss() {
        List<Series> pale = new ArrayList<>();
        List<Series> bold = new ArrayList<>();
        List<Series> points = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            String before = runs.size() == 1 ? "" : run.name() + ": ";
            // One line is enough to say what the thin ones are.
            String thin = runs.size() == 1 ? "training, each step" : i == 0 ? "thin: each step" : "";
            pale.add(run.loss().thinned(STRETCHES).series(thin, Look.PALE, i));
            bold.add(run.loss()
                    .smoothed()
                    .thinned(STRETCHES)
                    .series(runs.size() == 1 ? "training, smoothed" : run.name(), Look.BOLD, i));
            // One run has a second colour for it.
            points.add(run.validation()
                    .thinned(STRETCHES)
                    .series(before + "validation", Look.POINTS, runs.size() == 1 ? 1 : i));
        }
        return new LineChart(
                "Loss: " + names(),
                "step",
                "nats per token",
                joined(List.of(pale, bold, points)),
                levels(RunCharts::shownNames),
                lossRange());
    }

    private Range lossRange() {
        return Range.around(DoubleStream.concat(
                runs.stream()
                        .flatMapToDouble(run -> run.floors().values().stream().mapToDouble(Double::doubleValue)),
                runs.stream()
                        .flatMapToDouble(run -> DoubleStream.concat(
                                DoubleStream.of(run.loss().smoothed().y()),
                                DoubleStream.of(run.validation().y())))));
    }

    /** What tables lose, with the names of runs on whose text they do; without where it is the same on all. */
    private List<Level> levels(Function<List<Run>, String> shown) {
        SequencedMap<SequencedMap<String, Double>, List<Run>> texts = new LinkedHashMap<>();
        runs.forEach(run ->
                texts.computeIfAbsent(run.floors(), _ -> new ArrayList<>()).add(run));
        List<Level> levels = new ArrayList<>();
        texts.forEach((floors, own) -> floors.forEach((table, loss) -> {
            boolean common = texts.keySet().stream().allMatch(other -> loss.equals(other.get(table)));
            if (!common) {
                levels.add(new Level(shown.apply(own) + table, loss, runs.indexOf(own.getFirst())));
            } else if (own.contains(runs.getFirst())) {
                levels.add(new Level(table, loss));
            }
        }));
        return levels;
    }

    /** Short, with the end of a name rather than its beginning, which may be a date. */
    private static String shownNames(List<Run> own) {
        String more = own.size() == 1 ? "" : " and %d more".formatted(own.size() - 1);
        String name = own.getFirst().name();
        String end = name.length() <= LONGEST_NAME ? name : "..." + name.substring(name.length() - LONGEST_NAME);
        return end + more + ": ";
    }

    private String marks(List<Run> own) {
        return own.stream().map(this::mark).collect(Collectors.joining()) + " ";
    }

    private LineChart rate() {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Curve rate = runs.get(i).ofSteps(Metric.Step::learningRate);
            series.add(rate.thinned(STRETCHES).series("", Look.BOLD, i));
        }
        Range range = Range.around(series.stream().flatMapToDouble(each -> DoubleStream.of(each.y())));
        return new LineChart("Learning rate", "step", "rate", series, List.of(), range.fromZero());
    }

    LineChart norm() {
        return scattered(
                "Gradient norm, before clipping",
                "norm",
                runs.stream().map(run -> run.ofSteps(Metric.Step::gradientNorm)).toList());
    }

    private LineChart speed() {
        return scattered(
                "Throughput", "tokens per second", runs.stream().map(Run::speed).toList());
    }

    private static LineChart scattered(String title, String y, List<Curve> curves) {
        List<Series> pale = new ArrayList<>();
        List<Series> bold = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            pale.add(curves.get(i).thinned(STRETCHES).series("", Look.PALE, i));
            bold.add(curves.get(i).smoothed().thinned(STRETCHES).series("", Look.BOLD, i));
        }
        Range usual = Range.around(curves.stream()
                .flatMapToDouble(curve -> DoubleStream.concat(
                        DoubleStream.of(ABOVE * curve.quantile(NEARLY_ALL)),
                        DoubleStream.of(curve.smoothed().y()))));
        Range all = Range.around(curves.stream().flatMapToDouble(curve -> DoubleStream.of(curve.y())));
        // One step that is far out would leave no room for the others.
        boolean cut = all.high() > FAR_OUT * usual.high();
        double highest = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.y()))
                .max()
                .orElse(0);
        String x = cut ? "step (the highest, %s, is cut off)".formatted(shown(highest)) : "step";
        return new LineChart(title, x, y, joined(List.of(pale, bold)), List.of(), (cut ? usual : all).fromZero());
    }

    private static List<Series> joined(List<List<Series>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private String names() {
        return String.join(", ", runs.stream().map(Run::name).toList());
    }

    /** The charts in characters, so many a line. */
    List<String> lines(int columns) {
        double right = runs.stream()
                .flatMap(run -> run.curves().steps().stream())
                .mapToDouble(Metric.Step::step)
                .max()
                .orElse(1);
        TerminalChart chart = new TerminalChart(columns, ROWS, lossRange(), right);
        levels(this::marks).forEach(chart::add);
        List<String> lines = new ArrayList<>();
        lines.add("Loss in nats per token by step, smoothed: " + names());
        for (Run run : runs) {
            chart.add(run.loss().smoothed(), mark(run));
        }
        lines.addAll(chart.lines());
        for (Run run : runs) {
            lines.add("");
            lines.add(runs.size() == 1 ? run.name() : "%s  %s".formatted(mark(run), run.name()));
            int width = Math.max(1, columns - LABEL - FIGURES);
            if (run.validation().size() > 0) {
                lines.add(row("validation", run.validation(), width));
            }
            lines.add(row("learning rate", run.ofSteps(Metric.Step::learningRate), width));
            lines.add(row("gradient norm", run.ofSteps(Metric.Step::gradientNorm), width));
            lines.add(row("tokens/s", run.speed(), width));
        }
        return lines;
    }

    /** A letter for each run, as long as there are any. */
    private String mark(Run run) {
        int number = runs.indexOf(run);
        return runs.size() == 1 ? "training" : number < 26 ? String.valueOf((char) ('A' + number)) : "#" + number;
    }

    private static String row(String label, Curve curve, int width) {
        double first = curve.size() == 0 ? Double.NaN : curve.y()[0];
        double last = curve.size() == 0 ? Double.NaN : curve.y()[curve.size() - 1];
        return "%-14s %s  %s to %s".formatted(label, TerminalChart.sparkline(curve, width), shown(first), shown(last));
    }

    private static String shown(double number) {
        return Math.abs(number) >= 1000 ? "%,.0f".formatted(number) : "%.4g".formatted(number);
    }

    /** All series, for machines. */
    Map<String, Object> json() {
        List<Object> all = new ArrayList<>();
        for (Run run : runs) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", run.name());
            json.put("planned_steps", run.curves().plannedSteps());
            json.put("floors", run.curves().header().floors());
            json.put("step", run.loss().x());
            json.put("loss", run.loss().y());
            json.put("smoothed_loss", run.loss().smoothed().y());
            json.put("gradient_norm", run.ofSteps(Metric.Step::gradientNorm).y());
            json.put("learning_rate", run.ofSteps(Metric.Step::learningRate).y());
            json.put("tokens_per_second", run.speed().y());
            json.put("validation_step", run.validation().x());
            json.put("validation_loss", run.validation().y());
            json.put("rollbacks", run.curves().rollbacks());
            all.add(json);
        }
        return Map.of("runs", all);
    }
}
