package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.bench.report.SeedRun.Run;
import org.randygpt.core.checkpoint.JsonObject;

class SeedRunTest {
    @Test
    void figuresStandBesideThePublishedOnes() {
        Run published = new Run("Rust", 80, Optional.of(new ProcessorTime(640, 8)), 5.9, 3.2, 4e12);
        Run ours = new Run("here", 60, Optional.of(new ProcessorTime(118, 2)), 4.2, 2.4, 12e12);
        List<Row> rows = SeedRun.rows(published, ours);
        assertEquals(18, rows.size());
        Table table = SeedRun.table(published, ours);
        assertEquals(List.of("Rust", "here"), table.columns());
        assertEquals(List.of("real time", "80.0 s", "60.0 s"), table.lines().getFirst());
        String text = table.text();
        assertTrue(text.contains("real time"), text);
        assertTrue(text.lines().map(String::length).distinct().count() == 1, text);
        Row use = rows.stream()
                .filter(row -> row.name().equals("CPU use, here"))
                .findFirst()
                .orElseThrow();
        assertEquals(200, use.value(), 1e-9);
        Row ofGflop = rows.stream()
                .filter(row -> row.name().equals("real time of a GFLOP, here"))
                .findFirst()
                .orElseThrow();
        assertEquals(5, ofGflop.value(), 1e-9);
        assertEquals(0.25, ofGflop.ratios().getFirst().value(), 1e-9);
    }

    @Test
    void timesOfChildrenAreReadAfterAnyName() {
        ProcessorTime time = ProcessorTime.parse("12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 6543 210 20 0 1 0");
        assertEquals(new ProcessorTime(65.43, 2.10), time);
        assertEquals(new ProcessorTime(0.5, 0.25), new ProcessorTime(1, 0.75).since(new ProcessorTime(0.5, 0.5)));
    }

    @Test
    void bothArithmeticsLearnAndTheRustProgramsIsAboutAThird(@TempDir Path folder) throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "to be or not to be, that is the question. ".repeat(100));
        JsonObject all = train(folder, text, "ALL");
        JsonObject some = train(folder, text, "OF_THE_RUST_PROGRAM");
        assertTrue(all.number("final_loss") < all.number("initial_loss"));
        assertTrue(some.number("final_loss") < some.number("initial_loss"));
        assertEquals(0.34, some.number("flops") / all.number("flops"), 0.02);
    }

    private static JsonObject train(Path folder, Path text, String arithmetic) throws IOException {
        Path file = folder.resolve(arithmetic + ".json");
        SeedTraining.main(file.toString(), text.toString(), arithmetic, "20", "2");
        return JsonObject.read(file);
    }
}
