package org.randygpt.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Continuation.End;
import org.randygpt.core.generate.NucleusSampler;
import org.randygpt.core.generate.Sampler;
import org.randygpt.kernels.Workers;
import org.randygpt.train.DivergedException;
import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;
import org.randygpt.train.NotSavedException;
import org.randygpt.train.RunState;
import org.randygpt.train.Trainer;
import org.randygpt.train.Trainer.Outcome;
import org.randygpt.train.records.LogFormat;
import org.randygpt.train.records.RunCurves;
import org.randygpt.train.records.RunHeader;
import org.randygpt.train.records.RunRecords;

/** Trains, and shows what there is to see. */
final class TrainingRun {
    private static final double SAMPLE_TEMPERATURE = 0.8;
    private static final int SAMPLE_TOKENS = 100;
    private static final int SAMPLE_INDENT = 5;

    private final Environment environment;
    private final Output out;
    private final RunSetup setup;
    private final Arithmetic arithmetic;
    private final int threads;
    private final boolean profiled;
    private final Tally tally;
    private Set<LogFormat> logs = Set.of();
    private long sampleEvery;
    private long stoppedAfter;
    private @Nullable OutputException closed;
    private SequencedMap<String, Object> results = new LinkedHashMap<>();

    /**
     * A run.
     *
     * @param profiled whether to show where the time went
     */
    TrainingRun(Environment environment, RunSetup setup, Arithmetic arithmetic, int threads, boolean profiled) {
        this.environment = environment;
        out = environment.out();
        this.setup = setup;
        this.arithmetic = arithmetic;
        this.threads = threads;
        this.profiled = profiled;
        tally = new Tally(setup.state().config().optimizer().clip());
    }

    /** Has the model write something every so many steps; 0: never. */
    TrainingRun withSamples(long steps) {
        sampleEvery = steps;
        return this;
    }

    /** Has the run's figures be written in other forms, too. */
    TrainingRun recordedAs(List<LogFormat> formats) {
        logs = Set.copyOf(formats);
        return this;
    }

    /**
     * Trains until all is done or someone asks to stop, and has the model write.
     *
     * @param settings that are not as usual, in lines, for the header
     * @return the exit code
     */
    int run(int sampleTokens, List<String> settings) throws IOException {
        Yardsticks unmeasured = Yardsticks.of(setup);
        RunReport report;
        int exitCode;
        try (Workers workers = new Workers(threads)) {
            List<MetricSink> sinks = new ArrayList<>(List.of(tally));
            sinks.add(this::reportProblem);
            Trainer trainer = trainer(workers, sinks);
            Yardsticks yardsticks = unmeasured.withPeak(arithmetic.peak().applyAsDouble(workers));
            report = new RunReport(out, setup, yardsticks);
            report.header(threads, arithmetic, settings);
            long half = (setup.state().step() + setup.state().config().iterations()) / 2;
            Profile profile = new Profile(
                    trainer.plan(), trainer::nanosWaited, setup.state().config().passes(), half, yardsticks.peak());
            if (profiled) {
                sinks.add(profile);
            }
            exitCode = train(trainer, sinks, yardsticks, report);
            if (profiled) {
                out.println("");
                profile.print(out);
            }
        }
        if (exitCode != 0) {
            report.stopped(stoppedAfter);
            return exitCode;
        }
        if (sampleTokens > 0) {
            sample(sampleTokens);
        }
        report.whatNext();
        return 0;
    }

    /** How the run went, for programs: losses in nats per token, times in seconds; empty before its end. */
    SequencedMap<String, Object> results() {
        return results;
    }

    private Trainer trainer(Workers workers, List<MetricSink> sinks) {
        try {
            return new Trainer(
                    setup.model(),
                    setup.state(),
                    setup.dataset(),
                    setup.folder(),
                    new Trainer.Hardware(workers, arithmetic.kernels()),
                    metric -> sinks.forEach(sink -> sink.accept(metric)));
        } catch (IOException damaged) {
            // Only what the optimizer kept is read here.
            throw new BadInputException(Failures.sentence(damaged), damaged);
        }
    }

    /** Returns the exit code that someone who stopped the run has asked for, or 0. */
    private int train(Trainer trainer, List<MetricSink> sinks, Yardsticks yardsticks, RunReport report)
            throws IOException {
        Pace pace = new Pace(setup.state(), yardsticks);
        Coach coach = new Coach(setup.state(), yardsticks.floors(), pace);
        Screen screen = environment.screen();
        Progress progress = screen.isLive()
                ? new LiveProgress(out, pace, losses(), screen, System::nanoTime)
                : new LineProgress(out, pace);
        sinks.add(pace);
        sinks.add(metric -> {
            try {
                progress.accept(metric);
                coach.advice(metric).ifPresent(progress::say);
            } catch (OutputException nobodyReads) {
                // The run stops and is saved first.
                closed = nobodyReads;
            }
        });
        if (sampleEvery > 0) {
            sinks.add(metric -> sampleAfter(metric, progress));
        }
        RunRecords records = records(yardsticks);
        sinks.add(records);
        Usage before = Usage.now();
        Outcome outcome;
        int exitCode;
        @Nullable NotSavedException unsaved = null;
        try (records;
                StopRequest stop = environment.stops().open(() -> announceStop(progress))) {
            outcome = trainer.run(() -> isToEnd(stop, records));
            exitCode = outcome.state().step() < setup.state().config().iterations() ? stop.exitCode() : 0;
        } catch (NotSavedException problem) {
            outcome = problem.outcome();
            exitCode = Failures.FAILED;
            unsaved = problem;
        }
        stoppedAfter = outcome.state().step();
        try {
            if (closed != null) {
                throw closed;
            }
            progress.end();
            Usage usage = Usage.now().since(before);
            results = report.json(outcome, tally, usage);
            report.table(outcome, tally, usage);
        } catch (OutputException nobodyReads) {
            if (unsaved == null) {
                throw nobodyReads;
            }
            // That the run is not saved has to be told.
        }
        if (unsaved != null) {
            throw new IOException(notSaved(unsaved.problem()), unsaved);
        }
        return exitCode;
    }

    private boolean isToEnd(StopRequest stop, RunRecords records) {
        boolean ends = stop.exitCode() != 0 || closed != null;
        if (ends) {
            records.flush(); // before the run is saved
        }
        return ends;
    }

    /** Those of the steps before this part of the run, smoothed. */
    private LossHistory losses() {
        LossHistory losses = new LossHistory();
        try {
            if (RunCurves.areIn(path())) {
                List<Metric.Step> before = RunCurves.read(path()).steps().stream()
                        .filter(step -> step.step() <= setup.state().step())
                        .toList();
                double[] smoothed = Pace.smoothedLosses(before);
                for (int i = 0; i < smoothed.length; i++) {
                    losses.add(before.get(i).step(), smoothed[i]);
                }
            }
        } catch (IOException unreadable) {
            // Then the picture begins here.
        }
        return losses;
    }

    private RunRecords records(Yardsticks yardsticks) {
        RunState start = setup.state();
        RunHeader header = new RunHeader(
                Instant.now(),
                setup.text().shownName(),
                setup.graph().parameterCount(),
                yardsticks.tokensOfStep(),
                yardsticks.bytesPerToken(),
                start.config().iterations(),
                yardsticks.tables());
        return new RunRecords(
                path(),
                start,
                header,
                logs,
                InstantSource.system(),
                problem -> println("randygpt: the run's figures cannot be written down: %s; the run goes on"
                        .formatted(Failures.sentence(problem))));
    }

    private void announceStop(Progress progress) {
        println("Stopping after this step; saving to %s ...".formatted(path()));
        progress.interrupted();
    }

    private void reportProblem(Metric metric) {
        if (metric instanceof Metric.NotSaved(long step, IOException problem)) {
            println("randygpt: %s; going on from step %,d until the next save".formatted(notSaved(problem), step));
        } else if (metric instanceof Metric.RolledBack(long step, float rateScale, DivergedException problem)) {
            println("randygpt: %s; going back to step %,d, at %s of the learning rate"
                    .formatted(problem.getMessage(), step, Formats.number(rateScale)));
        }
    }

    private void println(String line) {
        environment.err().println((environment.screen().isLive() ? System.lineSeparator() : "") + line);
    }

    private String notSaved(IOException problem) {
        boolean hasModel = Files.exists(path().resolve("config.json"));
        return "cannot save the run to %s: %s%s"
                .formatted(
                        path(), Failures.sentence(problem), hasModel ? "; what was saved there before is whole" : "");
    }

    private void sampleAfter(Metric metric, Progress progress) {
        long step = metric instanceof Metric.Step done ? done.step() : 0;
        boolean due = step > 0
                && step % sampleEvery == 0
                && step < setup.state().config().iterations();
        if (!due || closed != null) {
            return;
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        write(SAMPLE_TOKENS, new Output(written));
        try {
            String sample =
                    written.toString(StandardCharsets.UTF_8).stripTrailing().indent(SAMPLE_INDENT);
            progress.say("what it writes after step %,d:%n%s".formatted(step, sample));
        } catch (OutputException nobodyReads) {
            closed = nobodyReads;
        }
    }

    private void sample(int tokens) {
        out.println("");
        out.println("A sample of what it writes now:");
        write(tokens, out);
        out.println("");
    }

    private void write(int tokens, Output to) {
        long seed = setup.state().config().seed();
        Sampler sampler = new NucleusSampler(SAMPLE_TEMPERATURE, Integer.MAX_VALUE, 1, new Random(seed));
        try (Workers alone = new Workers(1)) {
            new Continuation(setup.model(), sampler, alone, arithmetic.kernels())
                    .write(null, tokens, setup.severalDocuments() ? End.OF_DOCUMENT : End.NOWHERE, to);
        }
        to.flush();
    }

    private Path path() {
        return setup.folder().path();
    }
}
