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
import org.randygpt.kernels.Workers;

class ReportTest {
    private static final Row SPEED = Row.of("product, 1 worker", 93.456, "GFLOP/s", new Ratio(0.871, "peak"));
    private static final Row DETAIL = Row.of("product, 2 workers", 1800, "GFLOP/s");
    private static final Chart CHART = new Chart(
            "Growth & more",
            new Chart.Axis("width", Chart.Scale.LOGARITHMIC),
            new Chart.Axis("ms", Chart.Scale.LOGARITHMIC),
            List.of(
                    new Chart.Series(
                            "measured",
                            Chart.Look.LINE,
                            List.of(new Chart.Point(64, 10), new Chart.Point(128, 35), new Chart.Point(256, 130))),
                    new Chart.Series(
                            "fitted",
                            Chart.Look.DASHED,
                            List.of(new Chart.Point(64, 9.5), new Chart.Point(256, 132)))));
    private static final Section SECTION = Section.of("Products", "In turn.", List.of(SPEED.asked("at least 0.8")))
            .withDetails(List.of(DETAIL))
            .withTables(new Table(List.of("theirs", "ours"), List.of(List.of("speed", "5 GB/s", "12 GB/s"))))
            .withCharts(CHART)
            .withNotes(List.of("a note of a < b"));
    private static final Report REPORT = new Report("mvn exec", Map.of("processor", "abacus"), List.of(SECTION));

    @Test
    void theSummaryHasFiguresRatiosBarsAndNotesButNoDetails() {
        String summary = REPORT.summary();
        assertTrue(summary.contains("product, 1 worker"), summary);
        assertTrue(summary.contains("          theirs      ours"), summary);
        assertTrue(summary.contains("  speed   5 GB/s   12 GB/s"), summary);
        assertTrue(summary.contains("93.5 GFLOP/s   0.87 of peak (asked: at least 0.8)"), summary);
        assertTrue(summary.contains("a note of a < b"), summary);
        assertTrue(!summary.contains("product, 2 workers"), summary);
    }

    @Test
    void theMarkdownHasCommandMachineAndEveryRow() {
        String markdown = REPORT.markdown();
        assertTrue(markdown.contains("`mvn exec`"), markdown);
        assertTrue(markdown.contains("| | theirs | ours |\n|---|---:|---:|\n| speed | 5 GB/s | 12 GB/s |"), markdown);
        assertTrue(markdown.contains("| processor | abacus |"), markdown);
        assertTrue(markdown.contains("| product, 1 worker | 93.5 GFLOP/s | 0.87 of peak | at least 0.8 |"), markdown);
        assertTrue(markdown.contains("| product, 2 workers | 1,800 GFLOP/s |  |  |"), markdown);
    }

    @Test
    void thePageHasEveryFigureAndItsPicturesAndNeedsNothingElse() {
        String page = HtmlPage.of(REPORT);
        assertTrue(page.contains("<tr><th>processor<td>abacus"), page);
        assertTrue(page.contains("<tr><td>product, 1 worker<td class=\"figure\">93.5 GFLOP/s<td>0.87 of peak"), page);
        assertTrue(page.contains("<tr><td>speed<td class=\"figure\">5 GB/s<td class=\"figure\">12 GB/s"), page);
        assertTrue(page.contains("<li>a note of a &lt; b"), page);
        assertTrue(page.contains("<svg"), page);
        assertTrue(page.contains("</svg>"), page);
        assertTrue(!page.contains("src=") && !page.contains("href=\"http"), page);
    }

    @Test
    void whatFailsCostsOnlyItsOwnSection() throws InterruptedException {
        Subject broken = new Subject() {
            @Override
            public String title() {
                return "Broken";
            }

            @Override
            public Section measure(Setting setting) {
                throw new IllegalStateException("no such thing");
            }
        };
        try (Workers alone = new Workers(1)) {
            Section section = Report.measure(broken, new Setting(Extent.QUICK, alone, alone, Path.of("")));
            assertEquals("Broken", section.title());
            assertTrue(section.notes().getFirst().contains("no such thing"), section::toString);
        }
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
        JsonObject chart = section.objects("charts").getFirst();
        assertEquals("fitted", chart.objects("series").getLast().text("name"));
    }
}
