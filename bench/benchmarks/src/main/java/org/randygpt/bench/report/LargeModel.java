package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.MemoryLayout;
import org.randygpt.core.graph.MemoryLayout.Reuse;

/** The training step of the smallest GPT-2, and its memory. */
final class LargeModel implements Subject {
    private static final ModelSize MODEL = ModelSize.GPT2_124M;

    /** Weights, gradients and two moments. */
    private static final int COPIES = 4;

    @Override
    public String title() {
        return "The training step of %s, batch %d, context %d"
                .formatted(MODEL.description(), MODEL.batch(), MODEL.config().context());
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        int workers = setting.all().count();
        Task task = new Task(MODEL, workers, Watch.NOTHING, setting.extent().trainingTime(MODEL));
        TrainedProcess process = TrainedProcess.run(task, setting.folder());
        Graph graph = MODEL.trainingGraph();
        long parameters = (long) COPIES * Float.BYTES * graph.parameterCount();
        long activations = MemoryLayout.of(graph, Reuse.BY_LIFETIME).bytes();
        long planned = parameters + activations;
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of(
                "step, " + Setting.describe(setting.all()),
                1e3 * process.steps().steadySeconds(),
                "ms",
                new Ratio(process.shareOfPeak(MODEL), "peak")));
        rows.add(Row.of("weights, gradients and moments", parameters / 1e6, "MB"));
        rows.add(Row.of("planned activations and their gradients", activations / 1e6, "MB"));
        rows.add(memory("most of the heap in use", process.heapBytes(), planned));
        if (process.residentBytes() > 0) {
            rows.add(memory("most memory of the process", process.residentBytes(), planned));
        }
        return Section.of(
                title(),
                "One process as for the small GPT-2. Memory against the sum of weights, gradients, two moments and what"
                        + " MemoryLayout plans.",
                rows);
    }

    private static Row memory(String name, long bytes, long planned) {
        return Row.of(name, bytes / 1e6, "MB", new Ratio((double) bytes / planned, "that sum"))
                .asked("at most 1.10");
    }
}
