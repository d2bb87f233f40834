package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.Chart.Axis;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.bench.report.Chart.Series;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** The whole training step of the small GPT-2: its speed, how it grows with cores. */
final class TrainingSteps implements Subject {
    private static final List<Integer> CORES = List.of(4, 8, 12, 32, 64);
    private static final ModelSize MODEL = SmallTraining.MODEL;
    /** The Rust program's own table, of version 0.3 on 12 cores. */
    private static final SortedMap<Integer, Double> OF_THE_RUST_PROGRAM =
            new TreeMap<>(Map.of(1, 1.0, 2, 1.9, 4, 3.7, 8, 7.5, 12, 8.3));

    private final SmallTraining training;

    /** Measured by these processes. */
    TrainingSteps(SmallTraining training) {
        this.training = training;
    }

    @Override
    public String title() {
        return "The training step of " + MODEL.description();
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        int workers = setting.all().count();
        SortedMap<Integer, List<TrainedProcess>> byWorkers = training.byWorkers(setting);
        List<TrainedProcess> all = training.all(setting);
        List<TrainedProcess> alone = byWorkers.sequencedValues().getFirst();
        List<Row> summary = new ArrayList<>(speed(all, Setting.describe(setting.all())));
        List<Row> details = new ArrayList<>();
        byWorkers.forEach((count, processes) -> details.addAll(each(processes, Setting.describe(count))));
        List<Chart> charts = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        if (workers > 1) {
            summary.addAll(speed(alone, Setting.describe(setting.alone())));
            SortedMap<Integer, Double> speedUps = speedUps(byWorkers);
            TrainedProcess watched = SmallTraining.train(setting, workers, Watch.KERNELS);
            double idle = watched.idleSeconds()
                    / median(alone, process -> process.steps().steadySeconds());
            speedUps.forEach((count, speedUp) ->
                    summary.add(Row.of("speed-up of %d workers, tenth percentiles".formatted(count), speedUp, "x")));
            Amdahl fitted = Amdahl.fitted(speedUps);
            add("fitted to that", fitted, summary, details);
            add("measured as idle time", new Amdahl(idle), summary, details);
            OF_THE_RUST_PROGRAM.forEach((cores, speedUp) -> details.add(
                    Row.of("speed-up of %d cores, the Rust program's own table".formatted(cores), speedUp, "x")));
            charts.add(chart(speedUps, fitted));
            tables.add(table(speedUps, fitted, new Amdahl(idle)));
        }
        return Section.of(
                        title(),
                        "Training as by `randygpt train`, each time in a JVM of its own, on 1, 2, 4 and so on up to all workers in"
                                + " turn (%d processes"
                                        .formatted(setting.extent().processes())
                                + " each): windows of data, forward, backward, clipping and AdamW. Of each process the median of"
                                + " the later half of its steps, then the median of the processes; the peak is measured at the"
                                + " end of each. Arithmetic of matrix products only, backward as twice forward. Serial part: what"
                                + " by Amdahl's law explains the speed-up, memory that workers share included; and the time in"
                                + " which a worker is in no kernel, waiting or alone, mean over the workers. Predictions follow"
                                + " from that law alone and know of no memory.",
                        summary)
                .withDetails(details)
                .withTables(tables.toArray(Table[]::new))
                .withCharts(charts.toArray(Chart[]::new));
    }

    private static SortedMap<Integer, Double> speedUps(SortedMap<Integer, List<TrainedProcess>> byWorkers) {
        // Calm steps: a neighbour slows down two cores more often than one.
        SortedMap<Integer, Double> seconds = new TreeMap<>();
        byWorkers.forEach((count, processes) -> seconds.put(count, median(processes, TrainedProcess::calmSeconds)));
        double alone = seconds.getOrDefault(1, Double.NaN);
        SortedMap<Integer, Double> speedUps = new TreeMap<>();
        seconds.tailMap(2).forEach((count, each) -> speedUps.put(count, alone / each));
        return speedUps;
    }

    /** Speed-ups beside each other, each for so many cores. */
    static Table table(SortedMap<Integer, Double> measured, Amdahl fitted, Amdahl idle) {
        SortedSet<Integer> cores = new TreeSet<>(CORES);
        cores.addAll(measured.keySet());
        cores.addAll(OF_THE_RUST_PROGRAM.tailMap(2).keySet());
        List<List<String>> lines = new ArrayList<>();
        lines.add(line("speed-up, measured", cores, count -> measured.getOrDefault(count, Double.NaN)));
        lines.add(line("predicted from that, memory included", cores, fitted::speedUp));
        lines.add(line("predicted from idle time alone", cores, idle::speedUp));
        lines.add(line(
                "the Rust program's own table", cores, count -> OF_THE_RUST_PROGRAM.getOrDefault(count, Double.NaN)));
        return new Table(cores.stream().map(count -> count + " cores").toList(), lines);
    }

    private static List<String> line(String name, SortedSet<Integer> cores, IntToDoubleFunction speedUp) {
        List<String> line = new ArrayList<>(List.of(name));
        for (int count : cores) {
            double value = speedUp.applyAsDouble(count);
            line.add(Double.isNaN(value) ? "" : "%.1f x".formatted(value));
        }
        return line;
    }

    private static Chart chart(SortedMap<Integer, Double> measured, Amdahl fitted) {
        SortedMap<Integer, Double> predicted = new TreeMap<>();
        predicted.put(1, 1.0);
        CORES.forEach(cores -> predicted.put(cores, fitted.speedUp(cores)));
        SortedMap<Integer, Double> ours = new TreeMap<>(measured);
        ours.put(1, 1.0);
        int most = CORES.getLast();
        return new Chart(
                "Speed-up by cores",
                new Axis("cores", Scale.LOGARITHMIC),
                new Axis("times as fast as one core", Scale.LOGARITHMIC),
                List.of(
                        new Series("measured", Look.LINE, points(ours)),
                        new Series("predicted from the serial part", Look.DASHED, points(predicted)),
                        new Series("the Rust program's own table", Look.DASHED, points(OF_THE_RUST_PROGRAM)),
                        new Series("perfect", Look.DASHED, List.of(new Point(1, 1), new Point(most, most)))));
    }

    private static List<Point> points(Map<Integer, Double> speedUps) {
        return speedUps.entrySet().stream()
                .map(each -> new Point(each.getKey(), each.getValue()))
                .toList();
    }

    private static List<Row> speed(List<TrainedProcess> processes, String team) {
        double seconds = median(processes, process -> process.steps().steadySeconds());
        double fast = median(processes, TrainedProcess::calmSeconds);
        double share = median(processes, process -> process.shareOfPeak(MODEL));
        return List.of(
                Row.of("step, " + team, 1e3 * seconds, "ms", new Ratio(share, "peak")),
                Row.of("step, %s, tenth percentile".formatted(team), 1e3 * fast, "ms"));
    }

    private static List<Row> each(List<TrainedProcess> processes, String team) {
        return processes.stream()
                .map(process -> Row.of(
                        "step of one process, " + team,
                        1e3 * process.steps().steadySeconds(),
                        "ms",
                        new Ratio(process.shareOfPeak(MODEL), "peak")))
                .toList();
    }

    private static void add(String how, Amdahl law, List<Row> summary, List<Row> details) {
        summary.add(Row.of("serial part, " + how, 100 * law.serial(), "%"));
        for (int cores : CORES) {
            String name = "predicted speed-up of %d cores, serial part %s".formatted(cores, how);
            details.add(Row.of(name, law.speedUp(cores), "x"));
        }
    }

    private static double median(List<TrainedProcess> processes, ToDoubleFunction<TrainedProcess> figure) {
        return Rounds.median(processes.stream().mapToDouble(figure).toArray());
    }
}
