package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** The whole training step of the default model: its speed, how it grows with cores. */
final class TrainingSteps implements Subject {
    private static final List<Integer> CORES = List.of(4, 8, 12, 32, 64);
    private static final ModelSize MODEL = DefaultTraining.MODEL;

    private final DefaultTraining training;

    /** Measured by these processes. */
    TrainingSteps(DefaultTraining training) {
        this.training = training;
    }

    @Override
    public String title() {
        return "The training step of " + MODEL.description();
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        int workers = setting.all().count();
        List<TrainedProcess> all = training.all(setting);
        List<TrainedProcess> alone = training.alone(setting);
        List<Row> summary = new ArrayList<>(speed(all, Setting.describe(setting.all())));
        List<Row> details = new ArrayList<>(each(all, Setting.describe(setting.all())));
        if (workers > 1) {
            summary.addAll(speed(alone, Setting.describe(setting.alone())));
            details.addAll(each(alone, Setting.describe(setting.alone())));
            // Calm steps: a neighbour slows down two cores more often than one.
            double speedUp = median(alone, TrainedProcess::calmSeconds) / median(all, TrainedProcess::calmSeconds);
            TrainedProcess watched = DefaultTraining.train(setting, workers, Watch.KERNELS);
            double idle = watched.idleSeconds()
                    / median(alone, process -> process.steps().steadySeconds());
            summary.add(Row.of("speed-up of %d workers, tenth percentiles".formatted(workers), speedUp, "x"));
            add("fitted to that", Amdahl.fitted(speedUp, workers), summary, details);
            add("measured as idle time", new Amdahl(idle), summary, details);
        }
        return Section.of(
                        title(),
                        "Training as by `randygpt train`, each time in a JVM of its own, one worker and all in turn (%d processes"
                                        .formatted(setting.extent().processes())
                                + " each): windows of data, forward, backward, clipping and AdamW. Of each process the median of"
                                + " the later half of its steps, then the median of the processes; the peak is measured at the"
                                + " end of each. Arithmetic of matrix products only, backward as twice forward. Serial part: what"
                                + " by Amdahl's law explains the speed-up, memory that workers share included; and the time in"
                                + " which a worker is in no kernel, waiting or alone, mean over the workers. Predictions follow"
                                + " from that law alone and know of no memory.",
                        summary)
                .withDetails(details);
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
