package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrix products of the vector kernels against those of the reference. */
class MatmulTest {

    static Stream<Arguments> everyWidth() {
        return forEveryProduct(Blocks.sizes().toArray());
    }

    @ParameterizedTest
    @MethodSource("everyWidth")
    void vectorProductsAgreeWithTheReferenceForEveryWidthAndHeight(Product product, int width) {
        for (int rows = 1; rows <= 14; rows++) {
            for (int depth : new int[] {1, 2, 3, 4, 7, 16, 33}) {
                Problem.random(product, rows, depth, width).assertVectorAgrees();
            }
        }
    }

    static Stream<Arguments> everyDepthUpToThreeVectors() {
        return forEveryProduct(IntStream.rangeClosed(1, 3 * LANES + 1).toArray());
    }

    @ParameterizedTest
    @MethodSource("everyDepthUpToThreeVectors")
    void vectorProductsAgreeWithTheReferenceForEveryDepth(Product product, int depth) {
        for (int rows : new int[] {1, 4, 6, 13}) {
            for (int width : new int[] {1, LANES, 2 * LANES + 3, 4 * LANES}) {
                Problem.random(product, rows, depth, width).assertVectorAgrees();
            }
        }
    }

    static Stream<Arguments> depthsAroundTheBlocks() {
        return forEveryProduct(127, 128, 129, 255, 256, 257, 383, 511, 512, 513, 601, 777, 1025);
    }

    @ParameterizedTest
    @MethodSource("depthsAroundTheBlocks")
    void vectorProductsAgreeWithTheReferenceForDepthsThatCrossBlocks(Product product, int depth) {
        for (int rows : new int[] {1, 5, 6, 14}) {
            for (int width : new int[] {1, LANES - 1, 4 * LANES, 67}) {
                Problem.random(product, rows, depth, width).assertVectorAgrees();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorProductsAgreeWithTheReferenceForTheSizesOfModels(Product product) {
        Problem.random(product, 130, 70, 67).assertVectorAgrees();
        Problem.random(product, 67, 130, 70).assertVectorAgrees();
        Problem.random(product, 257, 128, 131).assertVectorAgrees();
        Problem.random(product, 1, 640, 384).assertVectorAgrees();
        Problem.random(product, 300, 33, 520).assertVectorAgrees();
        Problem.random(product, 531, 131, 9).assertVectorAgrees();
        Problem.random(product, 300, 270, 70).assertVectorAgrees();
    }

    @ParameterizedTest
    @EnumSource
    void notANumberInTheLeftSideReachesExactlyItsRowOfTheProduct(Product product) {
        for (int width : new int[] {1, LANES, 4 * LANES + 3}) {
            for (int row = 0; row < 14; row++) {
                Problem problem = Problem.random(product, 14, 9, width);
                product.setLeft(problem.a, row, problem.blocks.below(9), Float.NaN);
                problem.assertVectorAgrees();
                Matrix out = problem.call().expected();
                for (int i = 0; i < out.size(); i++) {
                    assertEquals(i / width == row, Float.isNaN(out.get(i / width, i % width)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void notANumberInTheRightSideReachesExactlyItsColumnOfTheProduct(Product product) {
        int width = 5 * LANES + 3;
        for (int col = 0; col < width; col++) {
            Problem problem = Problem.random(product, 13, 9, width);
            product.setRight(problem.b, problem.blocks.below(9), col, Float.NaN);
            problem.assertVectorAgrees();
            Matrix out = problem.call().expected();
            for (int i = 0; i < out.size(); i++) {
                assertEquals(i % width == col, Float.isNaN(out.get(i / width, i % width)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorProductsAgreeWithTheReferenceOnHugeTinyAndNegativeZeroNumbers(Product product) {
        float[] extremes = {1e30f, -1e30f, 1e-40f, -1e-40f, Float.MIN_VALUE, -0f, 0f, 1f};
        for (int width : new int[] {1, LANES, 2 * LANES + 1, 4 * LANES + 2}) {
            Problem problem = Problem.random(product, 13, 21, width);
            for (int i = 0; i < problem.a.size(); i += 2) {
                problem.a.data()[problem.a.offset() + i] = extremes[problem.blocks.below(extremes.length)];
            }
            for (int i = 0; i < problem.b.size(); i += 3) {
                problem.b.data()[problem.b.offset() + i] = extremes[2 + problem.blocks.below(extremes.length - 2)];
            }
            problem.assertVectorAgrees();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProductTooLargeForAFloatIsInfinite(Product product) {
        Problem problem = Problem.random(product, 7, 5, 2 * LANES + 3);
        Arrays.fill(problem.a.data(), problem.a.offset(), problem.a.offset() + problem.a.size(), 1e30f);
        Arrays.fill(problem.b.data(), problem.b.offset(), problem.b.offset() + problem.b.size(), -1e30f);
        problem.assertVectorAgrees();
        assertEquals(Float.NEGATIVE_INFINITY, problem.call().expected().get(0, 0));
    }

    @Test
    void theReferenceMultipliesASmallExampleAsByHand() {
        Matrix a = new Matrix(new float[] {1, 2, 3, 4, 5, 6}, 0, 2, 3);
        Matrix b = new Matrix(new float[] {7, 8, 9, 10, 11, 12}, 0, 3, 2);
        Kernels reference = new ReferenceKernels(Share.ALL);
        Matrix out = Matrix.zeros(2, 2);
        reference.matmul(a, b, out, Store.REPLACE);
        assertEquals(List.of(58f, 64f, 139f, 154f), list(out));
        reference.matmulTransB(a, a, out, Store.ADD);
        assertEquals(List.of(58f + 14, 64f + 32, 139f + 32, 154f + 77), list(out));
        reference.matmulTransA(b, b, out, Store.REPLACE);
        assertEquals(List.of(251f, 278f, 278f, 308f), list(out));
        reference.matmulBias(a, b, Matrix.row(new float[] {100, 200}), out);
        assertEquals(List.of(158f, 264f, 239f, 354f), list(out));
    }

    private static List<Float> list(Matrix matrix) {
        return IntStream.range(0, matrix.size())
                .mapToObj(i -> matrix.data()[matrix.offset() + i])
                .toList();
    }

    private static Stream<Arguments> forEveryProduct(int... sizes) {
        return Stream.of(Product.values())
                .flatMap(product -> IntStream.of(sizes).mapToObj(size -> Arguments.of(product, size)));
    }

    /** A product and what becomes of the output's old numbers. */
    enum Product {
        MATMUL("matmul"),
        MATMUL_ADDED("matmul"),
        MATMUL_BIAS("matmulBias"),
        MATMUL_TRANS_B("matmulTransB"),
        MATMUL_TRANS_B_ADDED("matmulTransB"),
        MATMUL_TRANS_A("matmulTransA"),
        MATMUL_TRANS_A_ADDED("matmulTransA");

        private final String method;

        Product(String method) {
            this.method = method;
        }

        private boolean leftTransposed() {
            return this == MATMUL_TRANS_A || this == MATMUL_TRANS_A_ADDED;
        }

        private boolean rightTransposed() {
            return this == MATMUL_TRANS_B || this == MATMUL_TRANS_B_ADDED;
        }

        Matrix left(Blocks blocks, int rows, int depth) {
            return leftTransposed() ? blocks.uniform(depth, rows) : blocks.uniform(rows, depth);
        }

        Matrix right(Blocks blocks, int depth, int width) {
            return rightTransposed() ? blocks.uniform(width, depth) : blocks.uniform(depth, width);
        }

        void setLeft(Matrix a, int row, int k, float value) {
            Blocks.set(a, leftTransposed() ? k : row, leftTransposed() ? row : k, value);
        }

        void setRight(Matrix b, int k, int col, float value) {
            Blocks.set(b, rightTransposed() ? col : k, rightTransposed() ? k : col, value);
        }

        float getLeft(Matrix a, int row, int k) {
            return leftTransposed() ? a.get(k, row) : a.get(row, k);
        }

        float getRight(Matrix b, int k, int col) {
            return rightTransposed() ? b.get(col, k) : b.get(k, col);
        }

        /** What an element of the product is added to. */
        float start(Problem problem, int row, int col) {
            return switch (this) {
                case MATMUL, MATMUL_TRANS_A, MATMUL_TRANS_B -> 0;
                case MATMUL_BIAS -> problem.bias.get(0, col);
                case MATMUL_ADDED, MATMUL_TRANS_A_ADDED, MATMUL_TRANS_B_ADDED -> problem.out.get(row, col);
            };
        }

        void run(Kernels kernels, Matrix a, Matrix b, Matrix bias, Matrix out) {
            switch (this) {
                case MATMUL -> kernels.matmul(a, b, out, Store.REPLACE);
                case MATMUL_ADDED -> kernels.matmul(a, b, out, Store.ADD);
                case MATMUL_BIAS -> kernels.matmulBias(a, b, bias, out);
                case MATMUL_TRANS_B -> kernels.matmulTransB(a, b, out, Store.REPLACE);
                case MATMUL_TRANS_B_ADDED -> kernels.matmulTransB(a, b, out, Store.ADD);
                case MATMUL_TRANS_A -> kernels.matmulTransA(a, b, out, Store.REPLACE);
                case MATMUL_TRANS_A_ADDED -> kernels.matmulTransA(a, b, out, Store.ADD);
            }
        }
    }

    /** A product with its arguments; K is {@code depth}. */
    record Problem(Product product, int depth, Blocks blocks, Matrix a, Matrix b, Matrix bias, Matrix out) {

        static Problem random(Product product, int rows, int depth, int width) {
            Blocks blocks = new Blocks((rows * 5000L + depth) * 5000 + width);
            return new Problem(
                    product,
                    depth,
                    blocks,
                    product.left(blocks, rows, depth),
                    product.right(blocks, depth, width),
                    blocks.uniform(1, width),
                    blocks.uniform(rows, width));
        }

        KernelCall call() {
            return new KernelCall(
                    product.method, blocks, List.of(out), (k, o) -> product.run(k, a, b, bias, o.getFirst()));
        }

        void assertVectorAgrees() {
            call().assertVectorAgrees();
        }
    }
}
