package org.randygpt.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TextSettings;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.DataSource;
import org.randygpt.train.Metric;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunState;
import org.randygpt.train.Schedule;
import org.randygpt.train.ScheduleConfig;
import org.randygpt.train.TokenDataset;
import org.randygpt.train.Trainer;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.TrainingConfig;

/** A program that trains for some seconds as {@code randygpt train} does, and writes how long each step took. */
final class TrainingProcess {
    private static final int TEXT_TOKENS = 200_000;
    private static final int LEAST_STEPS = 5;

    /** Far more steps than there is time for. */
    private static final long STEPS = 1_000_000;

    private static final long SEED = 1;

    private final List<Long> ends = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> busy = new ArrayList<>();
    private final BusyKernels watched;
    private long busyBefore;

    private TrainingProcess(int threads) {
        watched = new BusyKernels(threads);
    }

    /** Whether each call of a kernel is timed, which costs some microseconds a step. */
    enum Watch {
        NOTHING,
        KERNELS
    }

    /**
     * What to train and for how long.
     *
     * @param threads workers
     */
    record Task(ModelSize model, int threads, Watch watch, Duration time) {
        static Task parse(List<String> words) {
            return new Task(
                    ModelSize.valueOf(words.get(0)),
                    Integer.parseInt(words.get(1)),
                    Watch.valueOf(words.get(2)),
                    Duration.parse(words.get(3)));
        }

        List<String> words() {
            return List.of(model.name(), Integer.toString(threads), watch.name(), time.toString());
        }
    }

    /** Arguments: the file to write, when this was launched in milliseconds since 1970, the words of a {@link Task}. */
    public static void main(String... args) throws IOException {
        long launchedNanos = System.nanoTime() - 1_000_000 * (System.currentTimeMillis() - Long.parseLong(args[1]));
        Task task = Task.parse(Arrays.asList(args).subList(2, args.length));
        Path file = Path.of(args[0]);
        Path folder = Files.createTempDirectory(file.toAbsolutePath().getParent(), "run");
        try {
            JsonObject.write(file, new TrainingProcess(task.threads()).train(task, launchedNanos, folder));
        } finally {
            delete(folder);
        }
    }

    private Map<String, Object> train(Task task, long launchedNanos, Path folder) throws IOException {
        ModelSize size = task.model();
        SavedModel model = size.model();
        TokenDataset dataset = TokenDataset.of(
                0,
                Samples.tokens(TEXT_TOKENS, size.config().vocabSize()),
                size.config().context(),
                SEED);
        TrainingConfig config = new TrainingConfig(
                size.batch(),
                size.batch(),
                STEPS,
                OptimizerConfig.adamW(3e-3f, 0.9f, 0.99f, 0.1f, 1),
                new ScheduleConfig(Schedule.COSINE, 3e-4f, 100),
                STEPS,
                SEED);
        Map<String, Object> result = new LinkedHashMap<>();
        long end = System.nanoTime() + task.time().toNanos();
        try (Workers workers = new Workers(task.threads());
                RunFolder run = RunFolder.create(folder)) {
            Trainer trainer = new Trainer(
                    model,
                    RunState.fresh(config, new DataSource(List.of("random tokens"), TextSettings.USUAL, "")),
                    dataset,
                    run,
                    new Hardware(workers, task.watch() == Watch.KERNELS ? watched : VectorKernels::new),
                    metric -> add(metric, launchedNanos));
            var _ = trainer.run(() -> nanos.size() >= LEAST_STEPS && System.nanoTime() > end);
            result.put("peak_flops", MultiplyAddPeak.measure(workers));
        }
        result.put("step_nanos", nanos);
        result.put("end_nanos", ends);
        result.put("busy_nanos", busy);
        result.put("heap_bytes", peakHeap());
        result.put("resident_bytes", peakResident());
        return result;
    }

    private void add(Metric metric, long launchedNanos) {
        if (metric instanceof Metric.Step step) {
            nanos.add(step.nanos());
            ends.add(System.nanoTime() - launchedNanos);
            long total = watched.busyNanos();
            busy.add((total - busyBefore) / watched.workers());
            busyBefore = total;
        }
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /** The most memory that this process has had, in bytes; 0 where the system does not tell. */
    private static long peakResident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    /** Deletes a folder and all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
