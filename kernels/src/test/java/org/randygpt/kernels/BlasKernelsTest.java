package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.kernels.MatmulTest.Problem;
import org.randygpt.kernels.MatmulTest.Product;

/** What BLAS computes, where there is one, and what is said where there is none. */
class BlasKernelsTest {
    private static final int[][] SHAPES = {
        {1, 1, 1}, {1, 33, 77}, {2, 5, 17}, {13, 7, 1}, {14, 128, 67}, {67, 130, 70}, {257, 19, 131}, {131, 601, 9}
    };

    static Stream<Arguments> everyProductOfSomeWorkers() {
        return Stream.of(Product.values())
                .flatMap(product -> Stream.of(1, 2, 3, 7).map(workers -> Arguments.of(product, workers)));
    }

    @ParameterizedTest
    @MethodSource("everyProductOfSomeWorkers")
    void blasProductsAgreeWithTheReference(Product product, int workers) {
        Optional<Blas> blas = blas();
        if (blas.isPresent()) {
            for (int[] shape : SHAPES) {
                KernelCall call =
                        Problem.random(product, shape[0], shape[1], shape[2]).call();
                assertClose(call, call.on(team(blas.get(), workers)), shape[1]);
            }
        }
    }

    @Test
    void everyOtherKernelHasTheBitsOfTheVectorKernels() {
        Optional<Blas> blas = blas();
        if (blas.isPresent()) {
            for (KernelCall call : KernelCalls.every(13, 37)) {
                List<Matrix> actual = call.on(team(blas.get(), 3));
                if (call.method().equals("affineGradients")) {
                    assertClose(call, actual, 13);
                    continue;
                }
                List<Matrix> expected = call.on(Implementation.VECTOR.alone());
                for (int i = 0; i < expected.size(); i++) {
                    Blocks.assertSameBits(call.method(), expected.get(i), actual.get(i));
                }
            }
        }
    }

    @Test
    void oldNumbersOfTheOutputDoNotMatterWhenTheyAreReplaced() {
        Optional<Blas> blas = blas();
        if (blas.isPresent()) {
            Blocks blocks = new Blocks(1);
            Matrix a = blocks.uniform(9, 5);
            Matrix b = blocks.uniform(5, 7);
            Matrix out = blocks.filled(9, 7, Float.NaN);
            KernelCall call = new KernelCall(
                    "matmul", blocks, List.of(out), (k, o) -> k.matmul(a, b, o.getFirst(), Store.REPLACE));
            assertClose(call, call.on(team(blas.get(), 1)), 5);
        }
    }

    @Test
    void aFileThatIsNoOpenBlasIsRefusedByItsName(@TempDir Path folder) throws IOException {
        Path absent = folder.resolve("absent.so");
        assertSays(assertThrows(IOException.class, () -> Blas.load(absent)), "absent.so: there is no such file");
        Path text = Files.writeString(folder.resolve("text.so"), "text");
        assertSays(assertThrows(IOException.class, () -> Blas.load(text)), "text.so is no library that can be loaded");
        String java = System.mapLibraryName("java");
        Path other = Path.of(System.getProperty("java.home"), java.endsWith(".dll") ? "bin" : "lib", java);
        assertSays(assertThrows(IOException.class, () -> Blas.load(other)), "is no OpenBLAS: it has no cblas_sgemm");
    }

    private static Kernels[] team(Blas blas, int workers) {
        Kernels.Factory factory = share -> new BlasKernels(blas, share);
        return factory.team(workers).toArray(Kernels[]::new);
    }

    /**
     * Fails unless sums of K products of numbers below 1 are the reference's. Such sums are about √K, and the errors of
     * K roundings add up like √K of them.
     */
    private static void assertClose(KernelCall call, List<Matrix> actual, int depth) {
        List<Matrix> expected = call.on(new ReferenceKernels(Share.ALL));
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(
                    Blocks.numbers(expected.get(i)), Blocks.numbers(actual.get(i)), depth * 0x1p-22f, call.method());
        }
    }

    /** The machine's BLAS; where it has none, that has to be said clearly. */
    private static Optional<Blas> blas() {
        try {
            Blas blas = Blas.find();
            assertTrue(blas.description().matches("OpenBLAS \\d+\\.\\S+, \\w+"), blas.description());
            return Optional.of(blas);
        } catch (FileNotFoundException absent) {
            assertSays(absent, "there is no OpenBLAS: ");
            assertSays(absent, "openblas.");
            assertSays(absent, " where this system looks for libraries");
            return Optional.empty();
        } catch (IOException unusable) {
            throw new AssertionError(unusable);
        }
    }

    private static void assertSays(Exception problem, String sentence) {
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains(sentence), message);
    }
}
