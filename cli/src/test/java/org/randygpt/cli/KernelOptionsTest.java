package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.kernels.VectorCost;

class KernelOptionsTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    vector    | Kernels          vector, \\d+ bits, \\d+ registers
                    reference | Kernels          reference, plain loops
                    """)
    void aRunSaysWhatComputes(String name, String line) {
        Result trained = session.train("--iters=2", "--out=run", "--kernels", name);
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.out().lines().anyMatch(each -> each.matches(line)), trained.out());
        Result written = session.run("generate", "--model=run", "--tokens=5", "--kernels", name);
        assertEquals(0, written.exitCode(), written.err());
    }

    @Test
    void blasComputesOrIsSaidToBeMissing() throws IOException {
        List<String> before = session.contents();
        Result trained = session.train("--iters=2", "--out=run", "--kernels=blas");
        if (trained.exitCode() == 0) {
            assertEquals("", trained.err());
            assertTrue(trained.out().contains("Kernels          blas, OpenBLAS "), trained.out());
            Result written = session.run("generate", "--model=run", "--tokens=5", "--kernels=blas");
            assertEquals(0, written.exitCode(), written.err());
        } else {
            assertRefused(trained, "there is no OpenBLAS: ");
            assertRefused(trained, "; install it (Debian: apt-get install libopenblas0-pthread; ");
            assertEquals(before, session.contents());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --kernels fast                           | --kernels: 'fast' is no kind of kernels; there are auto, vector, reference, blas
                    --blas-library x.so                      | --blas-library is for --kernels blas, and the kernels are auto
                    --kernels blas --blas-library x.so       | x.so: there is no such file
                    --kernels blas --blas-library text.txt   | text.txt is no library that can be loaded here
                    """)
    void otherKernelsAreRefused(String options, String sentence) throws IOException {
        List<String> before = session.contents();
        assertRefused(session.train(options.split(" ")), sentence);
        assertEquals(before, session.contents());
    }

    @Test
    void vectorsThatAreNotCompiledAreReplacedAndThatIsSaidInOneLine() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        String fast =
                KernelOptions.fastest(stream, VectorCost.MOST_OF_INSTRUCTIONS).description();
        assertTrue(fast.startsWith("vector, "), fast);
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertEquals(
                "reference, plain loops", KernelOptions.fastest(stream, 26.4).description());
        String line = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.contains("takes 26 times as long"), line);
        assertTrue(line.contains("An OpenJDK with its usual compiler"), line);
    }

    @Test
    void aRunGoesOnWithOtherKernels() {
        session.stoppedAfter(2).train("--iters=4", "--out=run", "--kernels=vector");
        session.stoppedAfter(9);
        Result resumed = session.run("train", "--resume=run", "--kernels=reference", "--sample-tokens=0");
        assertEquals(0, resumed.exitCode(), resumed.err());
    }

    private static void assertRefused(Result result, String sentence) {
        assertEquals(2, result.exitCode(), result.out() + result.err());
        assertTrue(result.err().contains(sentence), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertEquals("", result.out());
    }
}
