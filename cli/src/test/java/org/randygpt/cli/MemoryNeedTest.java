package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.cli.MemoryNeed.Part;

class MemoryNeedTest {
    private static final long MEGA = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void whatTakesMostIsToBecomeSmaller() {
        MemoryNeed need = new MemoryNeed(
                List.of(
                        new Part("the model", 100 * MEGA, "shrink the model"),
                        new Part("a batch", 200 * MEGA, "shrink the batch")),
                10 * MEGA);
        assertDoesNotThrow(() -> need.requireWithin(400 * MEGA));
        String sentence = message(need, 320 * MEGA);
        assertTrue(sentence.contains("100 MB for the model, 200 MB for a batch, "), sentence);
        assertTrue(sentence.contains("and has 320 MB; shrink the batch, or set RANDYGPT_JAVA_OPTS"), sentence);
    }

    @Test
    void nothingIsToBecomeSmallerWhereThatWouldNotHelp() {
        MemoryNeed need = new MemoryNeed(List.of(new Part("1 thread", MEGA, "use fewer threads")), MEGA);
        String sentence = message(need, 10 * MEGA);
        assertTrue(sentence.contains("and has 10 MB; set RANDYGPT_JAVA_OPTS"), sentence);
    }

    @ParameterizedTest
    @CsvSource({"64, 45", "1, 10"})
    void aHeapThatIsTooSmallIsNoticedBeforeAnything(int threads, int heap) throws IOException, InterruptedException {
        var _ = new Session(folder);
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-Xmx" + heap + "m",
                "-classpath",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(Session.small("--iters=2", "--out=run", "--threads=" + threads)));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor(), err);
        assertEquals("", out);
        assertTrue(err.contains("randygpt: this needs "), err);
        assertTrue(Files.notExists(folder.resolve("run")));
    }

    private static String message(MemoryNeed need, long available) {
        return String.valueOf(assertThrows(BadInputException.class, () -> need.requireWithin(available))
                .getMessage());
    }
}
