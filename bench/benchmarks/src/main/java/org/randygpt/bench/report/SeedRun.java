package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.randygpt.bench.report.SeedTraining.Arithmetic;
import org.randygpt.core.checkpoint.JsonObject;

/** The run that the Rust program's author published, done here. */
final class SeedRun implements Subject {
    private static final int STEPS = 1000;

    /** From its PERFORMANCE.md of version 0.3: 12 cores of a Mac; the losses are means over a sample of windows. */
    private static final Run PUBLISHED =
            new Run("Rust, 12 cores", 78.56, Optional.of(new ProcessorTime(643.04, 5.55)), 5.88, 3.23, 0);

    /**
     * A run.
     *
     * @param who ran
     * @param real seconds from start to end
     * @param time processor time; empty where the system does not tell
     * @param flops floating-point operations of matrix products
     */
    record Run(
            String who, double real, Optional<ProcessorTime> time, double initialLoss, double finalLoss, double flops) {

        double processorSeconds() {
            return time.map(both -> both.user() + both.system()).orElse(Double.NaN);
        }

        Run withFlops(double counted) {
            return new Run(who, real, time, initialLoss, finalLoss, counted);
        }
    }

    @Override
    public String title() {
        return "The Rust program's run: 4 layers, width 128, 8 heads, context 64, 1,000 steps of 32 windows";
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        String method = """
                Its model and settings (Adam, rate 3e-4, no clipping), from the start of Java to its end, with all cores, on three \
                plays of Shakespeare. "All gradients" is honest training. The Rust program computes fewer: forward for all \
                positions, backward from the last one of each window only, through the output matrix and the MLPs, past \
                attention and norms; "its arithmetic" does just that. Losses: means over all positions, of its sample of \
                windows, of our first and last ten batches. Arithmetic: of matrix products; the Rust program's is counted by \
                the same formula.""";
        Optional<Path> text = text(setting.folder());
        if (text.isEmpty()) {
            return Section.of(title(), method, List.of()).withNotes(List.of(BundledText.ABSENT));
        }
        Run all = train(setting, text.get(), Arithmetic.ALL, "all gradients");
        Run same = train(setting, text.get(), Arithmetic.OF_THE_RUST_PROGRAM, "its arithmetic");
        Run published = PUBLISHED.withFlops(same.flops());
        return Section.of(title(), method, List.of())
                .withTables(table(published, all, same))
                .withNotes(List.of(
                        "the Rust program computes gradients from the last position of a window only, through its MLPs only;"
                                + " \"its arithmetic\" (seed-arithmetic) does the same, \"all gradients\" is honest training",
                        "its losses are of another text, which it starts at 5.88, above the 4.2 of a uniform guess; its times are"
                                + " those of the whole program, as ours are"))
                .withDetails(rows(published, all, same));
    }

    /** Each figure of the first run, and of the others beside it. */
    static Table table(Run... runs) {
        List<List<String>> lines = new ArrayList<>();
        for (Figure figure : figures(runs)) {
            List<String> line = new ArrayList<>(List.of(figure.name()));
            for (Run run : runs) {
                line.add(figure.of(run).figure());
            }
            lines.add(line);
        }
        return new Table(Stream.of(runs).map(Run::who).toList(), lines);
    }

    /** The same one by one, with what they are as a multiple of the first run's. */
    static List<Row> rows(Run published, Run... ours) {
        List<Row> rows = new ArrayList<>();
        for (Figure figure : figures(ours)) {
            Row first = figure.of(published);
            rows.add(first);
            for (Run run : ours) {
                Row row = figure.of(run);
                rows.add(Row.of(row.name(), row.value(), row.unit(), new Ratio(row.value() / first.value(), "Rust's")));
            }
        }
        return rows;
    }

    /** Something that is told of each run. */
    private record Figure(String name, String unit, ToDoubleFunction<Run> value) {
        Row of(Run run) {
            return Row.of("%s, %s".formatted(name, run.who()), value.applyAsDouble(run), unit);
        }
    }

    private static List<Figure> figures(Run... runs) {
        List<Figure> figures = new ArrayList<>(List.of(new Figure("real time", "s", Run::real)));
        boolean timed = Stream.of(runs).allMatch(run -> run.time().isPresent());
        if (timed) {
            figures.add(new Figure("user time", "s", run -> time(run).user()));
            figures.add(new Figure("system time", "s", run -> time(run).system()));
            // Cut off as a shell's `time` does, which printed the 825 %.
            figures.add(new Figure("CPU use", "%", run -> Math.floor(100 * run.processorSeconds() / run.real())));
        }
        figures.add(new Figure("initial loss", "", Run::initialLoss));
        figures.add(new Figure("final loss", "", Run::finalLoss));
        figures.add(new Figure("arithmetic", "GFLOP", run -> run.flops() / 1e9));
        figures.add(new Figure("real time of a GFLOP", "ms", run -> 1e12 * run.real() / run.flops()));
        if (timed) {
            figures.add(
                    new Figure("processor time of a GFLOP", "ms", run -> 1e12 * run.processorSeconds() / run.flops()));
        }
        return figures;
    }

    private static ProcessorTime time(Run run) {
        return run.time().orElseThrow();
    }

    private static Run train(Setting setting, Path text, Arithmetic arithmetic, String who)
            throws IOException, InterruptedException {
        Path file = setting.folder().resolve("seed.json");
        List<String> command = OtherProcess.java(SeedTraining.class);
        command.addAll(List.of(
                file.toString(),
                text.toString(),
                arithmetic.name(),
                Integer.toString(STEPS),
                Integer.toString(setting.all().count())));
        Optional<ProcessorTime> before = ProcessorTime.ofChildren();
        long started = System.nanoTime();
        OtherProcess.run(command, Map.of(), setting.folder().resolve("seed.log"));
        double real = (System.nanoTime() - started) / 1e9;
        Optional<ProcessorTime> time = ProcessorTime.ofChildren().flatMap(after -> before.map(after::since));
        JsonObject json = JsonObject.read(file);
        return new Run(who, real, time, json.number("initial_loss"), json.number("final_loss"), json.number("flops"));
    }

    private static Optional<Path> text(Path folder) throws IOException {
        Optional<byte[]> text = BundledText.read();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Files.write(folder.resolve("text.txt"), text.get()));
    }
}
