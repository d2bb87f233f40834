package org.randygpt.bench.regression;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.randygpt.bench.regression.Baseline.Kind;
import org.randygpt.bench.report.Machine;
import org.randygpt.bench.report.Rounds;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.Workers;

/**
 * Measures a few ratios in rounds, all of them in each, and compares their medians with the baseline. Figures that are
 * below {@link #LEAST} of it are measured once more, and fail if they are again.
 */
public final class RegressionCheck {
    private static final double LEAST = 0.8;
    private static final double BETTER = 1.15;
    private static final int ROUNDS = 11;
    private static final String UPDATE = "mvn -pl bench exec:java -Dexec.args=\"check --update\"";

    private final Path file;
    private final PrintStream out;
    private final Kind kind;

    /**
     * A check.
     *
     * @param file with the baseline
     */
    public RegressionCheck(Path file, PrintStream out) throws IOException {
        this(file, out, new Kind(Machine.processor(), Runtime.getRuntime().availableProcessors()));
    }

    RegressionCheck(Path file, PrintStream out, Kind kind) {
        this.file = file;
        this.out = out;
        this.kind = kind;
    }

    /** Measures the baseline of this kind of machine anew. */
    public void update() throws IOException {
        try (Measured measured = new Measured()) {
            update(measured.figures, measured::peak);
        }
    }

    /**
     * Compares; says what is slower, and what faster.
     *
     * @return whether nothing has become slower
     */
    public boolean run() throws IOException {
        try (Measured measured = new Measured()) {
            return run(measured.figures, measured::peak);
        }
    }

    /** The teams, and what they are to measure. */
    private static final class Measured implements AutoCloseable {
        private final Workers alone = new Workers(1);
        private final Workers all = new Workers(Runtime.getRuntime().availableProcessors());
        private final List<Figure> figures = Figures.of(alone, all);

        double peak() {
            return MultiplyAddPeak.measure(alone);
        }

        @Override
        public void close() {
            alone.close();
            all.close();
        }
    }

    void update(List<Figure> figures, DoubleSupplier peak) throws IOException {
        Baseline before = Baseline.read(file);
        warmUp(figures);
        Map<String, Double> now = medians(figures, peak);
        Map<String, Double> known = before.of(kind).orElse(Map.of());
        Map<String, Double> next = new LinkedHashMap<>();
        for (Figure figure : figures) {
            String name = figure.name();
            Double was = known.get(name);
            Double ratio = now.get(name);
            if (ratio != null) {
                next.put(name, ratio);
                out.printf("%-66s %8.3f%s%n", name, ratio, was == null ? "" : ", was %.3f".formatted(was));
            } else if (was != null) {
                next.put(name, was);
                out.printf("%-66s stays %.3f: other programs had the processors%n", name, was);
            }
        }
        before.with(kind, next).write(file);
        out.printf("%s has them as the baseline of: %s%n", file, describe());
    }

    boolean run(List<Figure> figures, DoubleSupplier peak) throws IOException {
        Optional<Map<String, Double>> baseline = Baseline.read(file).of(kind);
        warmUp(figures);
        Map<String, Double> now = medians(figures, peak);
        if (baseline.isEmpty()) {
            now.forEach((name, ratio) -> out.printf("%-66s %8.3f%n", name, ratio));
            out.printf(
                    "Not compared: %s has no baseline of %s; to make these figures one: %s%n",
                    file, describe(), UPDATE);
            return true;
        }
        List<Figure> low = figures.stream()
                .filter(figure -> isLow(figure, baseline.get(), now))
                .toList();
        Map<String, Double> again = medians(low, peak);
        boolean faster = false;
        List<String> slower = new ArrayList<>();
        for (Figure figure : figures) {
            String name = figure.name();
            Double ratio = now.get(name);
            if (ratio == null) {
                out.printf("%-66s not measured: other programs had the processors%n", name);
                continue;
            }
            Double before = baseline.get().get(name);
            if (before == null) {
                out.printf("%-66s %8.3f   new%n", name, ratio);
                continue;
            }
            out.printf(
                    "%-66s %8.3f   baseline %.3f%s%n",
                    name, ratio, before, again.containsKey(name) ? ", again %.3f".formatted(again.get(name)) : "");
            faster |= ratio > BETTER * before;
            if (again.containsKey(name) && isLow(figure, baseline.get(), again)) {
                slower.add("%s is %.3f, and was %.3f the time before; its baseline is %.3f, of which %.0f %% are asked"
                        .formatted(name, again.get(name), ratio, before, 100 * LEAST));
            }
        }
        if (faster) {
            out.printf(
                    "Some figures are more than %.0f %% above their baseline; to make these the baseline: %s%n",
                    100 * (BETTER - 1), UPDATE);
        }
        slower.forEach(line -> out.println("Slower: " + line));
        List<String> gone = baseline.get().keySet().stream()
                .filter(name ->
                        figures.stream().noneMatch(figure -> figure.name().equals(name)))
                .toList();
        gone.forEach(name -> out.printf("%s is in the baseline and measured no more; %s%n", name, UPDATE));
        return slower.isEmpty() && gone.isEmpty();
    }

    private static boolean isLow(Figure figure, Map<String, Double> baseline, Map<String, Double> now) {
        Double ratio = now.get(figure.name());
        return ratio != null && ratio < LEAST * baseline.getOrDefault(figure.name(), 0.0);
    }

    private void warmUp(List<Figure> figures) {
        out.printf("Measuring %d ratios, %d rounds each%n", figures.size(), ROUNDS);
        figures.forEach(Figure::warmUp);
    }

    /** Of each figure that could be measured in most rounds. */
    private static Map<String, Double> medians(List<Figure> figures, DoubleSupplier peak) {
        double[][] ratios = new double[figures.size()][ROUNDS];
        for (int round = 0; round < ROUNDS && !figures.isEmpty(); round++) {
            double most = peak.getAsDouble();
            for (int i = 0; i < figures.size(); i++) {
                ratios[i][round] = figures.get(i).measure(most);
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        for (int i = 0; i < figures.size(); i++) {
            double[] seen = Arrays.stream(ratios[i])
                    .filter(ratio -> !Double.isNaN(ratio))
                    .toArray();
            if (2 * seen.length > ROUNDS) {
                medians.put(figures.get(i).name(), Rounds.median(seen));
            }
        }
        return medians;
    }

    private String describe() {
        return "%s, %d processors".formatted(kind.processor(), kind.processors());
    }
}
