package org.randygpt.train.records;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;
import org.randygpt.train.Progress;
import org.randygpt.train.RunState;

/**
 * Writes down what a run reports, in its folder: always {@code metrics.jsonl}, and what else is wanted or was there
 * before. Nothing is written before the first step is done. From then on it is written about once a second, and before
 * each save, so that a run that is killed can go on without a gap.
 */
public final class RunRecords implements MetricSink, Closeable {
    private static final long NANOS_BETWEEN = 1_000_000_000;
    private static final String EVENTS = "events.out.tfevents.";
    private static final Pattern EVENT_FILE = Pattern.compile(Pattern.quote(EVENTS) + "\\d+\\.randygpt(\\.\\d+)?");

    private final Path folder;
    private final RunState start;
    private final RunHeader header;
    private final Set<LogFormat> formats;
    private final InstantSource clock;
    private final Consumer<IOException> warning;
    private final List<RecordFile> files = new ArrayList<>();
    private final OptionalLong saveEvery;
    private int rollbacks;
    private boolean opened;
    private boolean warned;
    private long flushed;

    /**
     * Records of a run.
     *
     * @param folder of the run, which nobody else may be training in
     * @param start where it stands
     * @param header what is written where there is none yet
     * @param wanted what to write beside {@code metrics.jsonl}
     * @param warning told once when something cannot be written, which the run goes on without
     */
    public RunRecords(
            Path folder,
            RunState start,
            RunHeader header,
            Set<LogFormat> wanted,
            InstantSource clock,
            Consumer<IOException> warning) {
        this.folder = folder;
        this.start = start;
        this.header = header;
        this.clock = clock;
        this.warning = warning;
        formats = EnumSet.noneOf(LogFormat.class);
        formats.addAll(wanted);
        saveEvery = start.saving().every();
        rollbacks = start.progress().rollbacks();
    }

    /** The names of the files of records in a folder of a run. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> isRecords(path.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isRecords(String name) {
        return name.equals(JsonLines.NAME)
                || name.equals(CsvLines.NAME)
                || EVENT_FILE.matcher(name).matches();
    }

    @Override
    public void accept(Metric metric) {
        open();
        switch (metric) {
            case Metric.Step step -> {
                files.forEach(file -> file.add(metric));
                boolean saved = saveEvery.isPresent() && step.step() % saveEvery.getAsLong() == 0;
                if (saved || System.nanoTime() - flushed >= NANOS_BETWEEN) {
                    flush();
                }
            }
            case Metric.Evaluation _ -> {
                files.forEach(file -> file.add(metric));
                flush();
            }
            case Metric.Planned _ -> files.forEach(file -> file.add(metric));
            case Metric.RolledBack back -> {
                Progress counts = at(back.step(), rollbacks);
                rollbacks++;
                each(file -> file.goBackTo(counts));
                files.forEach(file -> file.add(metric));
                flush();
            }
            case Metric.Saved _, Metric.NotSaved _ -> {}
        }
    }

    /** Writes what has been taken. */
    public void flush() {
        flushed = System.nanoTime();
        each(RecordFile::flush);
    }

    /** Writes the rest. */
    @Override
    public void close() {
        each(RecordFile::close);
    }

    private static Progress at(long step, int rollbacks) {
        return new Progress(step, Float.NaN, new Progress.Best(Float.POSITIVE_INFINITY, 0), 0, 1, rollbacks, 0);
    }

    private void open() {
        if (opened) {
            return;
        }
        opened = true;
        flushed = System.nanoTime();
        attempt(this::addFiles);
        each(file -> file.open(start.progress()));
        // A run that goes on may have been given more steps.
        files.forEach(file -> file.add(new Metric.Planned(start.config().iterations())));
    }

    private void addFiles() throws IOException {
        Progress progress = start.progress();
        files.add(new RecordFile(folder.resolve(JsonLines.NAME), new JsonLines(header, progress), header));
        if (progress.step() > 0) {
            formats.addAll(before());
        }
        if (formats.contains(LogFormat.CSV)) {
            files.add(new RecordFile(folder.resolve(CsvLines.NAME), new CsvLines(header), header));
        }
        if (formats.contains(LogFormat.TENSORBOARD)) {
            files.add(new RecordFile(newEvents(), new EventFrames(header, clock, progress), header));
        }
    }

    /** What else the run has written until now. */
    private Set<LogFormat> before() throws IOException {
        Set<LogFormat> before = EnumSet.noneOf(LogFormat.class);
        for (Path path : in(folder)) {
            String name = path.getFileName().toString();
            if (name.equals(CsvLines.NAME)) {
                before.add(LogFormat.CSV);
            } else if (!name.equals(JsonLines.NAME)) {
                before.add(LogFormat.TENSORBOARD);
            }
        }
        return before;
    }

    /** TensorBoard reads the files of a folder in the order of their names. */
    private Path newEvents() {
        String name = EVENTS + "%010d.randygpt".formatted(clock.instant().getEpochSecond());
        Path free = folder.resolve(name);
        for (int i = 2; Files.exists(free); i++) {
            free = folder.resolve(name + "." + i);
        }
        return free;
    }

    private interface Act {
        void run() throws IOException;
    }

    private interface FileAct {
        void run(RecordFile file) throws IOException;
    }

    private void each(FileAct act) {
        for (RecordFile file : files) {
            attempt(() -> act.run(file));
        }
    }

    private void attempt(Act act) {
        try {
            act.run();
        } catch (IOException problem) {
            if (!warned) {
                warned = true;
                warning.accept(problem);
            }
        }
    }
}
