package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.randygpt.bench.report.Chart.Point;

class StartUpTest {
    private static final Path LOG = Path.of("cli.log");

    @Test
    void theLineOfAStepEndsTheStart() throws IOException {
        BufferedReader output = new BufferedReader(new StringReader("Model  qwen3\n\nstep 1/1  loss 4\ntime  1 s\n"));
        assertDoesNotThrow(() -> CliProcess.waitForStep(output, LOG));
        assertEquals("time  1 s", output.readLine());
    }

    @Test
    void withoutAStepTheLastLineIsQuoted() {
        BufferedReader output = new BufferedReader(new StringReader("Model  qwen3\n\n"));
        var wrong = assertThrows(IOException.class, () -> CliProcess.waitForStep(output, LOG));
        assertTrue(wrong.toString().contains("'Model  qwen3'; see cli.log"), wrong.toString());
    }

    @Test
    void theProgramIsThatOfThisProject() {
        Path jar = CliProcess.ofProject().jar();
        assertTrue(jar.endsWith(Path.of("cli", "target", "cli.jar")), jar.toString());
        assertTrue(Files.isRegularFile(jar.resolve("../../pom.xml").normalize()), jar.toString());
    }

    @Test
    void theCourseOfAProcessIsEachStepAtItsEnd() {
        long second = 1_000_000_000;
        StepTimes steps = new StepTimes(List.of(second, second / 2));
        TrainedProcess process =
                new TrainedProcess(steps, List.of(2 * second, 3 * second), Collections.nCopies(2, 0L), 1, 0, 0);
        assertEquals(List.of(new Point(2, 1000), new Point(3, 500)), process.course());
        assertEquals(2, process.secondsToFirstStep(), 1e-9);
    }
}
