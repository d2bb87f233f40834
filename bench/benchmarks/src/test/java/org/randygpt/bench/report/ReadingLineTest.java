package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.core.model.Preset;
import org.randygpt.kernels.Workers;

class ReadingLineTest {
    private static final ReadingTimes SHORT = new ReadingTimes(16, 0.002, 0.0025, 0.0001);
    private static final ReadingTimes LONG = new ReadingTimes(1024, 0.0512, 0.052, 0.0002);
    private static final ReadingLine LINE = new ReadingLine("1 worker", List.of(SHORT, LONG));

    @Test
    void aLineHasSpeedsAndWaitsOverTheLengthOfThePrompt() {
        assertEquals(
                List.of(new Point(16, 8000), new Point(1024, 20_000)),
                LINE.speeds().getFirst().points());
        assertEquals(
                List.of(new Point(16, 10_000), new Point(1024, 5000)),
                LINE.speeds().getLast().points());
        assertEquals(
                List.of(new Point(16, 2.5), new Point(1024, 52)),
                LINE.firstTokens().points());
    }

    @Test
    void rowsNameThePrompt() {
        assertEquals(
                "first token, prompt of 1,024, 1 worker", LINE.waits().getLast().name());
        assertEquals(52, LINE.waits().getLast().value(), 1e-9);
        assertEquals(20_000, LINE.rates().get(2).value(), 1e-6);
        assertEquals("tokens/s", LINE.rates().get(2).unit());
    }

    @Test
    void whatIsMeasuredOnceIsAPoint() {
        ReadingLine once = new ReadingLine("1 worker", List.of(LONG));
        assertEquals(Look.POINTS, once.firstTokens().look());
        assertEquals(Look.LINE, LINE.firstTokens().look());
    }

    @Test
    void theFirstTokenComesAfterThePrompt() {
        try (Workers alone = new Workers(1)) {
            ModelShape shape = ModelShape.of(Preset.TINY, 67);
            ReadingTimes times = ReadingTimes.measure(Extent.QUICK, shape.config(), shape.parameters(), alone, 16);
            assertTrue(times.secondsToFirst() >= times.seconds(), times.toString());
            assertTrue(times.seconds() > 0 && times.secondsOfToken() > 0, times.toString());
        }
    }
}
