package org.randygpt.cli.charts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurveTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 50, 1000})
    void smoothingLeavesStraightLinesAloneAndScattersLess(int count) {
        Curve flat = curve(count, i -> 3);
        assertArrayEquals(flat.y(), flat.smoothed().y(), 1e-9);
        Curve scattered = curve(count, i -> i % 2);
        Curve smooth = scattered.smoothed();
        assertEquals(count, smooth.size());
        for (int i = 10; i < count; i++) {
            assertEquals(0.5, smooth.y()[i], 0.25);
        }
    }

    @Test
    void thinningKeepsTheLowestTheHighestAndTheOrder() {
        Curve curve = curve(10_000, i -> i == 7777 ? 99 : i == 3333 ? -99 : Math.sin(i));
        Curve thin = curve.thinned(100);
        assertEquals(200, thin.size());
        assertEquals(99, Arrays.stream(thin.y()).max().orElseThrow());
        assertEquals(-99, Arrays.stream(thin.y()).min().orElseThrow());
        for (int i = 1; i < thin.size(); i++) {
            assertTrue(thin.x()[i] >= thin.x()[i - 1]);
        }
        assertEquals(curve, curve.thinned(5000));
    }

    @Test
    void marksHaveAsManyDigitsAsTheyNeed() {
        assertEquals("20,000", Numbers.label(20_000));
        assertEquals("0.25", Numbers.label(0.25));
        assertEquals("2.5e-4", Numbers.label(2.5e-4));
        assertEquals("-3e-5", Numbers.label(-3e-5));
        assertEquals("0", Numbers.label(0));
        assertEquals("4.0", Numbers.label(4, 2.7));
        assertEquals("0.010", Numbers.label(0.01, 0.02));
        assertEquals("50", Numbers.label(50, 300));
    }

    @Test
    void aChartOfCharactersShowsWhereACurveGoes() {
        TerminalChart chart = new TerminalChart(60, 10, new LineChart.Range(0, 1), 100);
        chart.add(new Level("middle", 0.5));
        chart.add(curve(101, i -> i / 100.0), "up");
        List<String> lines = chart.lines();
        assertEquals(12, lines.size());
        assertTrue(lines.getFirst().endsWith(" up"), lines.getFirst());
        assertTrue(lines.get(5).endsWith("middle 0.50"), lines.get(5));
        // A rising line is far to the right in the first row and at the left in the last one.
        assertTrue(firstDot(lines.getFirst()) > firstDot(lines.get(9)) + 25, () -> String.join("\n", lines));
        assertEquals("▁▂▃▄▅▆▇█", TerminalChart.sparkline(curve(8, i -> i), 8));
        assertEquals(20, TerminalChart.sparkline(curve(1000, i -> i), 20).length());
    }

    private static int firstDot(String line) {
        return IntStream.range(0, line.length())
                .filter(i -> line.charAt(i) > '\u2800' && line.charAt(i) <= '\u28ff')
                .findFirst()
                .orElseThrow();
    }

    private interface Function {
        double at(int i);
    }

    private static Curve curve(int count, Function function) {
        return new Curve(
                IntStream.range(0, count).asDoubleStream().toArray(),
                IntStream.range(0, count).mapToDouble(function::at).toArray());
    }
}
