package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** Processes that train the small GPT-2: more than one subject reads them, and they run once, for the first. */
final class SmallTraining {
    static final ModelSize MODEL = ModelSize.SMALL;

    private final SortedMap<Integer, List<TrainedProcess>> byWorkers = new TreeMap<>();

    /** Those with 1, 2, 4 and so on up to all workers, in turn. */
    SortedMap<Integer, List<TrainedProcess>> byWorkers(Setting setting) throws IOException, InterruptedException {
        List<Integer> counts = counts(setting.all().count());
        if (byWorkers.isEmpty()) {
            counts.forEach(count -> byWorkers.put(count, new ArrayList<>()));
            for (int process = 0; process < setting.extent().processes(); process++) {
                for (Map.Entry<Integer, List<TrainedProcess>> each : byWorkers.entrySet()) {
                    each.getValue().add(train(setting, each.getKey(), Watch.NOTHING));
                }
            }
        }
        return byWorkers;
    }

    /** Those with all workers. */
    List<TrainedProcess> all(Setting setting) throws IOException, InterruptedException {
        return byWorkers(setting).sequencedValues().getLast();
    }

    /** 1, 2, 4 and so on, and all. */
    static List<Integer> counts(int all) {
        return Stream.concat(Stream.iterate(1, count -> count < all, count -> 2 * count), Stream.of(all))
                .toList();
    }

    /** One process more. */
    static TrainedProcess train(Setting setting, int workers, Watch watch) throws IOException, InterruptedException {
        Task task = new Task(MODEL, workers, watch, setting.extent().trainingTime(MODEL));
        return TrainedProcess.run(task, setting.folder());
    }
}
