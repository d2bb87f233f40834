package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.randygpt.bench.report.Roofline.Roof;
import org.randygpt.core.graph.OpGroup;

class RooflineTest {
    private static final Roof ROOF = new Roof(200e9, 20e9);

    @Test
    void theNearerLimitCounts() {
        assertEquals(1, ROOF.leastSeconds(200e9, 1e9));
        assertEquals(2, ROOF.leastSeconds(200e9, 40e9));
        assertEquals(100e9, ROOF.at(5));
        assertEquals(200e9, ROOF.at(50));
    }

    @Test
    void operationsAreMeasuredAgainstIt() {
        // 3 GFLOP and 3 MB a step in 30 ms, and 3 MB in 1 ms.
        OpGroup product = new OpGroup("Linear  2 x 2 -> 2", 4, 1_000_000_000, 1_000_000, 100_000_000, 200_000_000);
        OpGroup sum = new OpGroup("Add 2 x 2 -> 2", 8, 0, 1_000_000, 4_000_000, 6_000_000);
        Section section = Roofline.section("title", List.of(product, sum), 10, ROOF);
        Row first = section.details().getFirst();
        assertEquals("4 x Linear 2 x 2 -> 2", first.name());
        assertEquals(30, first.value(), 1e-9);
        assertEquals("0.50 of peak", first.ratio());
        assertEquals("0.15 of copying memory", section.details().getLast().ratio());
        Chart chart = section.charts().getFirst();
        assertEquals(2, chart.series().size());
        assertEquals(1000, chart.series().getLast().points().getFirst().x(), 1e-9);
        assertEquals(100, chart.series().getLast().points().getFirst().y(), 1e-9);
    }
}
