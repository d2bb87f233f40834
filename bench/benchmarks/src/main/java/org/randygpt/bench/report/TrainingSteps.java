package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** The whole training step of the default model: its speed, how it grows with cores, how soon it is reached. */
final class TrainingSteps implements Subject {
    private static final List<Integer> CORES = List.of(4, 8, 12, 32, 64);
    private static final ModelSize MODEL = ModelSize.DEFAULT;

    @Override
    public String title() {
        return "The training step of " + MODEL.description();
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        int workers = setting.all().count();
        List<TrainedProcess> all = new ArrayList<>();
        List<TrainedProcess> alone = new ArrayList<>();
        for (int process = 0; process < setting.extent().processes(); process++) {
            all.add(train(setting, workers, Watch.NOTHING));
            if (workers > 1) {
                alone.add(train(setting, 1, Watch.NOTHING));
            }
        }
        List<Row> rows = new ArrayList<>();
        rows.addAll(speed(all, Setting.describe(setting.all())));
        if (workers > 1) {
            rows.addAll(speed(alone, Setting.describe(setting.alone())));
            double alonesSeconds = StepTimes.medianSeconds(alone.stream().map(TrainedProcess::steps));
            double allsSeconds = StepTimes.medianSeconds(all.stream().map(TrainedProcess::steps));
            TrainedProcess watched = train(setting, workers, Watch.KERNELS);
            rows.add(Row.of("speed-up of %d workers".formatted(workers), alonesSeconds / allsSeconds, "x"));
            rows.addAll(predict("fitted to that", Amdahl.fitted(alonesSeconds / allsSeconds, workers)));
            rows.addAll(predict("measured as idle time", new Amdahl(watched.idleSeconds() / alonesSeconds)));
        }
        double toSpeed = median(all, TrainedProcess::secondsToSpeed);
        rows.add(Row.of("from the start of Java to full speed", toSpeed, "s").asked("at most 3 s"));
        return Section.of(
                title(),
                "Training as by `randygpt train`, each time in a JVM of its own, one worker and all in turn (%d processes"
                                .formatted(setting.extent().processes())
                        + " each): windows of data, forward, backward, clipping and AdamW. Of each process the median of"
                        + " the later half of its steps, then the median of the processes; the peak is measured at the"
                        + " end of each. Arithmetic of matrix products only, backward as twice forward. Serial part: what"
                        + " by Amdahl's law explains the speed-up, memory that workers share included; and the time in"
                        + " which a worker is in no kernel, waiting or alone, mean over the workers. Predictions follow"
                        + " from that law alone and know of no memory. Full speed: the first step within 10 % of the"
                        + " steady one from which on five steps have a median within 10 %, too.",
                rows);
    }

    private static TrainedProcess train(Setting setting, int workers, Watch watch)
            throws IOException, InterruptedException {
        Task task = new Task(MODEL, workers, watch, setting.extent().trainingTime(MODEL));
        return TrainedProcess.run(task, setting.folder());
    }

    private static List<Row> speed(List<TrainedProcess> processes, String team) {
        double seconds = median(processes, process -> process.steps().steadySeconds());
        double fast = median(processes, process -> process.steps().fastSeconds());
        double share = median(processes, process -> process.shareOfPeak(MODEL));
        return List.of(
                Row.of("step, " + team, 1e3 * seconds, "ms", new Ratio(share, "peak")),
                Row.of("step, %s, tenth percentile".formatted(team), 1e3 * fast, "ms"));
    }

    private static List<Row> predict(String how, Amdahl law) {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("serial part, " + how, 100 * law.serial(), "%"));
        for (int cores : CORES) {
            rows.add(Row.of("predicted from it: speed-up of %d cores".formatted(cores), law.speedUp(cores), "x"));
        }
        return rows;
    }

    private static double median(List<TrainedProcess> processes, ToDoubleFunction<TrainedProcess> figure) {
        return Rounds.median(processes.stream().mapToDouble(figure).toArray());
    }
}
