package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;

class TrainingProcessTest {

    @Test
    void aProcessWritesWhatIsReadAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("training.json");
        List<String> words = new ArrayList<>(List.of(file.toString(), Long.toString(System.currentTimeMillis())));
        words.addAll(new Task(ModelSize.SMALL, 2, Watch.KERNELS, Duration.ZERO).words());
        TrainingProcess.main(words.toArray(String[]::new));

        TrainedProcess result = TrainedProcess.read(file);
        int steps = result.steps().nanos().size();
        assertTrue(steps >= 5, "steps: " + steps);
        assertEquals(steps, result.endNanos().size());
        for (int step = 0; step < steps; step++) {
            long busy = result.busyNanos().get(step);
            assertTrue(busy > 0 && busy <= result.steps().nanos().get(step), "busy for " + busy);
        }
        assertTrue(result.shareOfPeak(ModelSize.SMALL) > 0);
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }
}
