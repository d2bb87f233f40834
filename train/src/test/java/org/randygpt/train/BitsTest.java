package org.randygpt.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.model.Gpt;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.VectorKernels;

/** What a run computes depends on nothing but its settings. */
class BitsTest {
    private static final int STEPS = 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 7, 16})
    void manyThreadsGiveTheBitsOfOne(int threads) throws IOException {
        assertEquals(bits(STEPS, 1, VectorKernels::new), bits(STEPS, threads, VectorKernels::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void plainLoopsGiveTheBitsOfVectors(int threads) throws IOException {
        assertEquals(bits(STEPS, 1, VectorKernels::new), bits(STEPS, threads, ReferenceKernels::new));
    }

    @Test
    void oneStepMoreGivesOtherBits() throws IOException {
        assertNotEquals(bits(1, 1, VectorKernels::new), bits(2, 1, VectorKernels::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:MaxVectorSize=16",
                "-XX:MaxVectorSize=32",
                "-XX:MaxVectorSize=64",
                "-XX:TieredStopAtLevel=1",
                "-XX:-TieredCompilation"
            })
    void vectorsOfAnyWidthAndAnyCompilerGiveTheSameBits(String option) throws IOException, InterruptedException {
        assertEquals(bits(STEPS, 1, VectorKernels::new), bitsOfJavaWith(option, STEPS));
    }

    @Test
    void theInterpreterGivesTheBitsOfCompiledCode() throws IOException, InterruptedException {
        // It takes a thousand times as long.
        assertEquals(bits(2, 1, VectorKernels::new), bitsOfJavaWith("-Xint", 2));
    }

    private String bits(int steps, int threads, Kernels.Factory kernels) throws IOException {
        return new TinyRun(folder.resolve("run-" + System.nanoTime()), steps).bits(threads, kernels);
    }

    /** The last line that {@link TinyRun} prints there; all lines if it fails. */
    private String bitsOfJavaWith(String option, int steps) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-ea",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                classPath(),
                TinyRun.class.getName(),
                folder.resolve("child").toString(),
                Integer.toString(steps));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(java.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, java.waitFor(), output);
        return output.lines().reduce("", (before, line) -> line);
    }

    /** Where the classes of the three modules and of the tests lie. */
    static String classPath() {
        return Stream.of(TinyRun.class, Trainer.class, Gpt.class, Kernels.class)
                .map(BitsTest::location)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"));
        String root = url.toString().replace(name, "").replace("jar:", "").replace("!/", "");
        try {
            return Path.of(new URI(root)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(root, e);
        }
    }
}
