package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.JsonObject;

class ReportTest {
    private static final Row SPEED = Row.of("product, 1 worker", 93.456, "GFLOP/s", new Ratio(0.871, "peak"));
    private static final Row DETAIL = Row.of("product, 2 workers", 1800, "GFLOP/s");
    private static final Section SECTION = new Section(
            "Products", "In turn.", List.of(SPEED.asked("at least 0.8")), List.of(DETAIL), List.of("a note"));
    private static final Report REPORT = new Report("mvn exec", Map.of("processor", "abacus"), List.of(SECTION));

    @Test
    void theSummaryHasFiguresRatiosBarsAndNotesButNoDetails() {
        String summary = REPORT.summary();
        assertTrue(summary.contains("product, 1 worker"), summary);
        assertTrue(summary.contains("93.5 GFLOP/s   0.87 of peak (asked: at least 0.8)"), summary);
        assertTrue(summary.contains("a note"), summary);
        assertTrue(!summary.contains("product, 2 workers"), summary);
    }

    @Test
    void theMarkdownHasCommandMachineAndEveryRow() {
        String markdown = REPORT.markdown();
        assertTrue(markdown.contains("`mvn exec`"), markdown);
        assertTrue(markdown.contains("| processor | abacus |"), markdown);
        assertTrue(markdown.contains("| product, 1 worker | 93.5 GFLOP/s | 0.87 of peak | at least 0.8 |"), markdown);
        assertTrue(markdown.contains("| product, 2 workers | 1,800 GFLOP/s |  |  |"), markdown);
    }

    @Test
    void theJsonIsReadBack(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.json");
        JsonObject.write(file, REPORT.json());
        JsonObject read = JsonObject.read(file);
        assertEquals("abacus", read.object("machine").text("processor"));
        JsonObject section = read.objects("sections").getFirst();
        JsonObject row = section.objects("summary").getFirst();
        assertEquals("product, 1 worker", row.text("name"));
        assertEquals(93.456, row.number("value"));
        assertEquals(0.871, row.objects("ratios").getFirst().number("value"));
        assertEquals("at least 0.8", row.text("bar"));
        assertEquals(1800, section.objects("details").getFirst().number("value"));
    }
}
