package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

class SingleBenchmarksTest {
    @Test
    void vectorsStandBesideTheirPlainLoops(@TempDir Path folder) throws IOException {
        List<Row> rows = SingleBenchmarks.rows(SingleBenchmarks.run(new OptionsBuilder()
                .include("Sgemm.*matmul$")
                .param("size", "3")
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(20))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(20))
                .output(folder.resolve("log").toString())
                .build()));
        assertEquals(
                List.of("Sgemm.matmul, kernels vector, size 3", "Sgemm.matmul, kernels reference, size 3"),
                rows.stream().map(Row::name).toList());
        double speed = rows.getFirst().value() / rows.getLast().value();
        assertEquals(speed, rows.getFirst().ratios().getFirst().value(), 1e-9);
        assertTrue(rows.getLast().ratios().isEmpty());
    }
}
