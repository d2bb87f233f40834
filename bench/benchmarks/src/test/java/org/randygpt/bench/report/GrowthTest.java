package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.bench.report.GrowthLine.Cost;
import org.randygpt.core.model.Preset;
import org.randygpt.kernels.Workers;

class GrowthTest {
    /** Twice the width takes four times the arithmetic, three times the time and twice the memory. */
    private static final GrowthLine WIDTHS = new GrowthLine(
            "width", 128, List.of(new Cost(64, 1e9, 0.010, 1000, 1100), new Cost(128, 4e9, 0.030, 2000, 2020)));

    @Test
    void aLineHasTheExponentOfEachFigure() {
        List<Row> rows = WIDTHS.exponents();
        assertEquals(Math.log(3) / Math.log(2), value(rows, "exponent of time, width 64 to 128"), 1e-9);
        assertEquals(2, value(rows, "exponent of arithmetic, width 64 to 128"), 1e-9);
        assertEquals(1, value(rows, "exponent of memory, width 64 to 128"), 1e-9);
    }

    @Test
    void stepsAreGivenAgainstThePeakAndTheirHeapAgainstThePlan() {
        List<Row> rows = WIDTHS.steps(2e11);
        assertEquals("step, width 64", rows.getFirst().name());
        assertEquals(10, rows.getFirst().value(), 1e-9);
        assertEquals(0.5, rows.getFirst().ratios().getFirst().value(), 1e-9);
        assertEquals(1.01, rows.getLast().ratios().getFirst().value(), 1e-9);
        assertEquals(4e9 / 0.030 / 2e11, WIDTHS.shareOfPeak(2e11), 1e-9);
    }

    @Test
    void aChartHasMultiplesOfTheUsualNumber() {
        assertEquals(
                List.of(new Point(0.5, 0.010), new Point(1, 0.030)),
                WIDTHS.series(Cost::seconds).points());
    }

    @Test
    void whatIsNotMeasuredIsPredictedAtTheShareOfWhatIs() {
        double peak = 1e11;
        double flops = PresetSpeeds.shape(Preset.TINY).flopsOfStep();
        PresetSpeeds speeds = new PresetSpeeds(peak, Map.of(Preset.TINY, flops / (0.25 * peak)));
        assertEquals(0.25, speeds.share(), 1e-9);
        double seconds = PresetSpeeds.shape(Preset.GPT2).flopsOfStep() / (0.25 * peak);
        List<Row> rows = speeds.rows();
        assertEquals(Preset.values().length, rows.size());
        assertEquals(4096 / seconds, value(rows, "training gpt2, predicted"), 1e-6);
        assertEquals(512 * 0.25 * peak / flops, value(rows, "training tiny, measured"), 1e-6);
    }

    private static double value(List<Row> rows, String name) {
        return rows.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void aStepOfAShapeIsTimed() {
        try (Workers alone = new Workers(1)) {
            ModelShape shape = ModelShape.of(Preset.TINY, 67);
            TimedStep step = new TimedStep(shape, alone);
            assertTrue(Rounds.within(Duration.ZERO, step).seconds(0) > 0);
        }
    }
}
