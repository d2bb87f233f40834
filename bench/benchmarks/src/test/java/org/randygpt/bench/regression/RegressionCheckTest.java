package org.randygpt.bench.regression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.bench.regression.Baseline.Kind;
import org.randygpt.kernels.Workers;

class RegressionCheckTest {
    private static final Kind KIND = new Kind("abacus", 2);

    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Gives the ratios of one measurement after the other: eleven rounds each. */
    private static final class Scripted implements Figure {
        private final Deque<Double> measurements = new ArrayDeque<>();
        private int round;

        Scripted(double... measurements) {
            for (double each : measurements) {
                this.measurements.add(each);
            }
        }

        @Override
        public String name() {
            return "product";
        }

        @Override
        public void warmUp() {}

        @Override
        public double measure(double peak) {
            double ratio = measurements.getFirst();
            // Four of eleven rounds are disturbed, which a median does not see.
            double seen = round % 3 == 2 ? ratio / 10 : ratio;
            if (++round == 11) {
                round = 0;
                measurements.removeFirst();
            }
            return seen;
        }
    }

    private RegressionCheck check(Kind kind) {
        return new RegressionCheck(
                folder.resolve("baseline.json"), new PrintStream(printed, true, StandardCharsets.UTF_8), kind);
    }

    private boolean run(double... measurements) throws IOException {
        return check(KIND).run(List.of(new Scripted(measurements)), () -> 1);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsSlowTwiceFails() throws IOException {
        check(KIND).update(List.of(new Scripted(0.9)), () -> 1);
        assertTrue(run(0.73));
        assertTrue(run(0.5, 0.73), output());
        assertFalse(run(0.7, 0.71), output());
        assertTrue(
                output().contains("Slower: product is 0.710, and was 0.700 the time before; its baseline is 0.900"),
                output());
    }

    @Test
    void whatIsFasterIsToBecomeTheBaseline() throws IOException {
        check(KIND).update(List.of(new Scripted(0.5)), () -> 1);
        assertTrue(run(0.7));
        assertTrue(output().contains("check --update"), output());
        check(KIND).update(List.of(new Scripted(0.7)), () -> 1);
        assertFalse(run(0.5, 0.5));
    }

    @Test
    void anotherKindOfMachineHasABaselineOfItsOwn() throws IOException {
        check(KIND).update(List.of(new Scripted(0.9)), () -> 1);
        Kind other = new Kind("abacus", 4);
        assertTrue(check(other).run(List.of(new Scripted(0.1)), () -> 1));
        assertTrue(output().contains("Not compared"), output());
        check(other).update(List.of(new Scripted(0.1)), () -> 1);
        Baseline read = Baseline.read(folder.resolve("baseline.json"));
        assertEquals(Map.of("product", 0.9), read.of(KIND).orElseThrow());
        assertEquals(Map.of("product", 0.1), read.of(other).orElseThrow());
    }

    @Test
    void whatOthersLeftNoProcessorsForIsNoFailure() throws IOException {
        check(KIND).update(List.of(new Scripted(0.9)), () -> 1);
        assertTrue(run(Double.NaN));
        assertTrue(output().contains("not measured"), output());
    }

    @Test
    void whatCouldNotBeMeasuredKeepsItsBaseline() throws IOException {
        check(KIND).update(List.of(new Scripted(0.9)), () -> 1);
        check(KIND).update(List.of(new Scripted(Double.NaN)), () -> 1);
        assertTrue(output().contains("stays 0.900"), output());
        assertFalse(run(0.5, 0.5));
    }

    @Test
    void whatIsMeasuredNoMoreFails() throws IOException {
        check(KIND).update(List.of(new Scripted(0.9)), () -> 1);
        assertFalse(check(KIND).run(List.of(), () -> 1));
        assertTrue(output().contains("product is in the baseline and measured no more"), output());
    }

    @Test
    void aNewFigureIsNoFailure() throws IOException {
        check(KIND).update(List.of(), () -> 1);
        assertTrue(run(0.1));
        assertTrue(output().contains("new"), output());
    }

    @Test
    void everyFigureHasANameOfItsOwnAndARatio() {
        try (Workers alone = new Workers(1);
                Workers all = new Workers(2)) {
            List<Figure> figures = Figures.of(alone, all);
            assertEquals(
                    figures.size(),
                    new HashSet<>(figures.stream().map(Figure::name).toList()).size());
            Figure product = figures.getFirst();
            product.warmUp();
            assertTrue(product.measure(1e12) > 0);
        }
    }
}
