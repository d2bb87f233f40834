package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** Processes that train the default model: more than one subject reads them, and they run once, for the first. */
final class DefaultTraining {
    static final ModelSize MODEL = ModelSize.DEFAULT;

    private final List<TrainedProcess> all = new ArrayList<>();
    private final List<TrainedProcess> alone = new ArrayList<>();

    /** Those with all workers. */
    List<TrainedProcess> all(Setting setting) throws IOException, InterruptedException {
        run(setting);
        return all;
    }

    /** Those with one worker, in turn with the others; none where all workers are one. */
    List<TrainedProcess> alone(Setting setting) throws IOException, InterruptedException {
        run(setting);
        return alone;
    }

    private void run(Setting setting) throws IOException, InterruptedException {
        int workers = setting.all().count();
        while (all.size() < setting.extent().processes()) {
            all.add(train(setting, workers, Watch.NOTHING));
            if (workers > 1) {
                alone.add(train(setting, 1, Watch.NOTHING));
            }
        }
    }

    /** One process more. */
    static TrainedProcess train(Setting setting, int workers, Watch watch) throws IOException, InterruptedException {
        Task task = new Task(MODEL, workers, watch, setting.extent().trainingTime(MODEL));
        return TrainedProcess.run(task, setting.folder());
    }
}
