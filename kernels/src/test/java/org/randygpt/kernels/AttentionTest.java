package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.randygpt.kernels.Blocks.LANES;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention of the vector kernels against that of the reference, and its laws. */
class AttentionTest {
    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorAttentionAgreesWithTheReferenceForEveryHeadSize(int headSize) {
        for (int time : new int[] {1, 2, LANES - 1, LANES + 3}) {
            assertAgrees(new AttentionShape(2, time, 2, headSize), 1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorAttentionAgreesWithTheReferenceForEveryTime(int time) {
        for (int headSize : new int[] {1, 7, 16}) {
            assertAgrees(new AttentionShape(2, time, 3, headSize), 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 1, 1", "4, 2, 16, 40", "6, 2, 7, 33", "3, 1, 64, 70", "8, 4, 8, 130"})
    void vectorGroupedQueryAttentionAgreesWithTheReference(int heads, int keyValueHeads, int headSize, int time) {
        assertAgrees(new AttentionShape(3, time, heads, keyValueHeads, headSize), 1);
        for (int position : new int[] {0, LANES, 63, 64, time}) {
            assertCachedAgrees(
                    new AttentionShape(1, 1, heads, keyValueHeads, headSize), position, Math.max(time, position) + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void headsThatShareKeysAndValuesAttendAsIfEachHadACopy(Implementation implementation) {
        AttentionShape grouped = new AttentionShape(2, 2 * LANES + 3, 6, 2, 5);
        AttentionShape full = new AttentionShape(2, grouped.time(), 6, 5);
        Matrix qkv = new Blocks(9).uniform(2 * grouped.time(), grouped.qkvWidth());
        Matrix copied = Matrix.zeros(qkv.rows(), full.qkvWidth());
        for (int row = 0; row < qkv.rows(); row++) {
            for (int col = 0; col < full.qkvWidth(); col++) {
                int part = col / full.width();
                int within = col % full.width();
                int from = part == 0 ? col : full.width() + (part - 1) * 10 + within / 15 * 5 + within % 5;
                Blocks.set(copied, row, col, qkv.get(row, from));
            }
        }
        Matrix expected = Matrix.zeros(qkv.rows(), full.width());
        Matrix actual = Matrix.zeros(qkv.rows(), full.width());
        Matrix logSumExp = Matrix.zeros(12, full.time());
        implementation.alone().attention(full, copied, expected, logSumExp);
        implementation.alone().attention(grouped, qkv, actual, logSumExp);
        Blocks.assertSameBits("attention", expected, actual);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 130, 2, 64, 1",
        "1, 257, 1, 32, 1",
        "1, 256, 6, 21, 1",
        "3, 64, 4, 32, 4",
        "1, 100, 2, 64, 4",
        "1, 300, 1, 16, 8"
    })
    void vectorAttentionAgreesWithTheReferenceForTheSizesOfModels(
            int batch, int time, int heads, int headSize, float scale) {
        assertAgrees(new AttentionShape(batch, time, heads, headSize), scale);
    }

    /**
     * Of a score, a sum of D products, the absolute error is the relative error of the exponential; T terms are added.
     */
    @ParameterizedTest
    @CsvSource({"1, 5, 1, 3, 1", "2, 130, 2, 16, 1", "1, 200, 1, 8, 4", "1, 70, 2, 64, 2"})
    void attentionIsSoftmaxOfTheScoresTimesTheValues(int batch, int time, int heads, int headSize, float scale) {
        AttentionShape shape = new AttentionShape(batch, time, heads, headSize);
        Matrix qkv = new Blocks(3).uniform(batch * time, 3 * shape.width(), -scale, scale);
        Matrix out = Matrix.zeros(batch * time, shape.width());
        Matrix logSumExp = Matrix.zeros(batch * heads, time);
        new ReferenceKernels(Share.ALL).attention(shape, qkv, out, logSumExp);
        double rounding =
                (8 + Math.sqrt(headSize) + Math.sqrt(time)) * 0x1p-23 * (1 + scale * scale * Math.sqrt(headSize) / 4);
        for (int row = 0; row < qkv.rows(); row++) {
            for (int head = 0; head < heads; head++) {
                double[] weights = new double[row % time + 1];
                for (int key = 0; key < weights.length; key++) {
                    for (int d = head * headSize; d < (head + 1) * headSize; d++) {
                        double product = (double) qkv.get(row, d) * qkv.get(row / time * time + key, shape.width() + d);
                        weights[key] += product / Math.sqrt(headSize);
                    }
                    weights[key] = Math.exp(weights[key]);
                }
                double sum = Arrays.stream(weights).sum();
                assertEquals(
                        Math.log(sum),
                        logSumExp.get(row / time * heads + head, row % time) * Math.log(2),
                        rounding * Math.max(1, Math.abs(Math.log(sum))));
                for (int d = head * headSize; d < (head + 1) * headSize; d++) {
                    double expected = 0;
                    for (int key = 0; key < weights.length; key++) {
                        expected += weights[key] / sum * qkv.get(row / time * time + key, 2 * shape.width() + d);
                    }
                    assertEquals(expected, out.get(row, d), rounding * scale);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void attentionIgnoresLaterPositions(Implementation implementation) {
        AttentionShape shape = new AttentionShape(2, 2 * LANES + 3, 2, 11);
        Blocks blocks = new Blocks(1);
        Matrix qkv = blocks.uniform(2 * shape.time(), 3 * shape.width());
        List<Matrix> before = KernelCalls.attention(blocks, shape, qkv).on(implementation.alone());
        for (int changed = 1; changed < shape.time(); changed++) {
            Matrix other = blocks.uniform(2 * shape.time(), 3 * shape.width());
            for (int row = 0; row < qkv.rows(); row++) {
                if (row % shape.time() < changed) {
                    System.arraycopy(qkv.data(), qkv.rowAt(row), other.data(), other.rowAt(row), qkv.cols());
                }
            }
            List<Matrix> after = KernelCalls.attention(blocks, shape, other).on(implementation.alone());
            for (int row = 0; row < qkv.rows(); row++) {
                assertEquals(row % shape.time() < changed, sameRow(before.get(0), after.get(0), row));
            }
            for (int pair = 0; pair < before.get(1).rows(); pair++) {
                for (int query = 0; query < changed; query++) {
                    assertEquals(before.get(1).get(pair, query), after.get(1).get(pair, query));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void positionsAfterTheLastThatCountsHaveNoGradient(Implementation implementation) {
        AttentionShape shape = new AttentionShape(1, 2 * LANES + 3, 2, 5);
        for (int last = 0; last < shape.time(); last++) {
            Blocks blocks = new Blocks(last);
            Matrix dOut = blocks.uniform(shape.time(), shape.width());
            Arrays.fill(dOut.data(), dOut.rowAt(last) + dOut.cols(), dOut.offset() + dOut.size(), 0);
            Matrix qkv = blocks.uniform(shape.time(), 3 * shape.width());
            Matrix dQkv = KernelCalls.attentionBackward(blocks, shape, qkv, dOut, Store.REPLACE)
                    .on(implementation.alone())
                    .getFirst();
            for (int row = 0; row < shape.time(); row++) {
                assertEquals(row <= last, Blocks.largest(dQkv, row) > 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void notANumberInAQueryKeyOrValueReachesAllThatDependsOnItAndNoOtherHead(int part) {
        AttentionShape shape = new AttentionShape(2, 2 * LANES + 3, 2, 5);
        for (int position = 0; position < shape.time(); position++) {
            Blocks blocks = new Blocks(position);
            Matrix qkv = blocks.uniform(2 * shape.time(), 3 * shape.width());
            Matrix dOut = blocks.uniform(qkv.rows(), shape.width());
            int col = blocks.below(shape.headSize());
            Blocks.set(qkv, position, part * shape.width() + col, Blocks.MARKED_NAN);
            KernelCall call = KernelCalls.attention(blocks, shape, qkv);
            assertReachesWhatDependsOnIt(call, shape);
            assertReachesWhatDependsOnIt(KernelCalls.attentionBackward(blocks, shape, qkv, dOut, Store.REPLACE), shape);
            Matrix out = call.expected();
            for (int row = 0; row < shape.time(); row++) {
                boolean depends = part == 0 ? row == position : row >= position;
                assertEquals(depends, Float.isNaN(out.get(row, col)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void notANumberInAnOutputGradientReachesAllThatDependsOnItAndNoOtherHead(Store store) {
        AttentionShape shape = new AttentionShape(2, 2 * LANES + 3, 2, 5);
        for (int position = 0; position < shape.time(); position++) {
            Blocks blocks = new Blocks(position);
            Matrix qkv = blocks.uniform(2 * shape.time(), 3 * shape.width());
            Matrix dOut = blocks.uniform(2 * shape.time(), shape.width());
            Blocks.set(dOut, position, blocks.below(shape.headSize()), Blocks.MARKED_NAN);
            assertReachesWhatDependsOnIt(KernelCalls.attentionBackward(blocks, shape, qkv, dOut, store), shape);
        }
    }

    /**
     * Where the reference's first output is NaN the vector kernels' must be. They may have more of them in the first
     * head of the first sequence, where the test put one, since 0 times NaN is NaN; all other heads must be sound.
     */
    private static void assertReachesWhatDependsOnIt(KernelCall call, AttentionShape shape) {
        Matrix expected = call.expected();
        Matrix actual = call.on(Implementation.VECTOR.alone()).getFirst();
        for (int row = 0; row < expected.rows(); row++) {
            for (int col = 0; col < expected.cols(); col++) {
                boolean sameHead = row < shape.time() && col % shape.width() < shape.headSize();
                boolean wanted = Float.isNaN(expected.get(row, col));
                boolean found = Float.isNaN(actual.get(row, col));
                assertTrue(sameHead ? found || !wanted : !found && !wanted, call.method() + " at row " + row);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e15f, 1e-30f, 1e-40f, -0f})
    void attentionWithHugeAndTinyScoresAgreesWithTheReference(float scale) {
        for (int time : new int[] {1, LANES, 2 * LANES + 3}) {
            AttentionShape shape = new AttentionShape(1, time, 2, 8);
            Blocks blocks = new Blocks(time);
            Matrix qkv = blocks.uniform(time, 3 * shape.width());
            for (int row = 0; row < time; row++) {
                for (int col = 0; col < 2 * shape.width(); col++) {
                    Blocks.set(qkv, row, col, qkv.get(row, col) * scale);
                }
            }
            KernelCalls.attention(blocks, shape, qkv).assertVectorAgrees();
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalScoresFarBelowZeroWeighAllKeysAlike(Implementation implementation) {
        AttentionShape shape = new AttentionShape(1, 3 * LANES, 1, 16);
        Blocks blocks = new Blocks(7);
        Matrix qkv = blocks.uniform(shape.time(), 48);
        for (int row = 0; row < shape.time(); row++) {
            for (int d = 0; d < 16; d++) {
                Blocks.set(qkv, row, d, 128);
                Blocks.set(qkv, row, 16 + d, -128);
            }
        }
        Matrix out = KernelCalls.attention(blocks, shape, qkv)
                .on(implementation.alone())
                .getFirst();
        for (int d = 0; d < 16; d++) {
            double sum = 0;
            for (int row = 0; row < shape.time(); row++) {
                sum += qkv.get(row, 32 + d);
                assertEquals(sum / (row + 1), out.get(row, d), 1e-6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.kernels.Blocks#sizes")
    void vectorCachedAttentionAgreesWithTheReferenceForEveryHeadSizeAndPosition(int size) {
        for (int other : new int[] {1, 3, LANES, LANES + 2}) {
            assertCachedAgrees(new AttentionShape(1, 1, 3, size), other - 1, 2 * LANES);
            assertCachedAgrees(new AttentionShape(1, 1, 2, other), size - 1, size + 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 64", "255, 256, 64", "400, 512, 21", "1023, 1024, 16"})
    void vectorCachedAttentionAgreesWithTheReferenceForTheSizesOfModels(int position, int context, int headSize) {
        assertCachedAgrees(new AttentionShape(1, 1, 4, headSize), position, context);
    }

    @ParameterizedTest
    @EnumSource
    void attentionPositionByPositionEqualsAttentionOfTheWhole(Implementation implementation) {
        AttentionShape shape = new AttentionShape(1, 2 * LANES + 3, 3, 9);
        AttentionShape one = new AttentionShape(1, 1, 3, 9);
        Kernels kernels = implementation.alone();
        // The larger numbers make scores whose exponentials overflow unless the largest score is taken off first.
        for (double scale : new double[] {2, 40}) {
            Matrix qkv = new Blocks(4).uniform(shape.time(), 3 * shape.width(), -scale, scale);
            Matrix whole = Matrix.zeros(shape.time(), shape.width());
            kernels.attention(shape, qkv, whole, Matrix.zeros(shape.heads(), shape.time()));
            Matrix cache = Matrix.zeros(KeyValueCache.rows(shape.time()), shape.keyValueWidth());
            Matrix out = Matrix.zeros(1, shape.width());
            for (int position = 0; position < shape.time(); position++) {
                Matrix row = new Matrix(qkv.data(), qkv.rowAt(position), 1, qkv.cols());
                kernels.extendCache(one, row, position, cache);
                kernels.cachedAttention(one, row, position, cache, out);
                for (int col = 0; col < shape.width(); col++) {
                    assertEquals(whole.get(position, col), out.get(0, col));
                }
            }
        }
    }

    private static void assertCachedAgrees(AttentionShape shape, int position, int context) {
        Blocks blocks = new Blocks(position);
        Matrix cache = blocks.uniform(KeyValueCache.rows(context), shape.keyValueWidth());
        // What stands after the position, from another text perhaps, makes no difference.
        for (int after = position + 1; after < cache.rows() / 2; after++) {
            for (int col = 0; col < cache.cols(); col++) {
                cache.data()[KeyValueCache.keyAt(cache, after, col)] = Float.NaN;
                cache.data()[KeyValueCache.valueAt(cache, after, col)] = Float.NaN;
            }
        }
        KernelCall call = KernelCalls.cachedAttention(blocks, shape, position, cache);
        call.assertVectorAgrees();
    }

    /** Forward, and backward in both modes, on numbers of up to {@code scale}. */
    private static void assertAgrees(AttentionShape shape, float scale) {
        Blocks blocks = new Blocks(shape.time());
        int rows = shape.batch() * shape.time();
        Matrix qkv = blocks.uniform(rows, shape.qkvWidth(), -scale, scale);
        Matrix dOut = blocks.uniform(rows, shape.width());
        KernelCall call = KernelCalls.attention(blocks, shape, qkv);
        call.assertVectorAgrees();
        for (Store store : Store.values()) {
            KernelCalls.attentionBackward(blocks, shape, qkv, dOut, store).assertVectorAgrees();
        }
    }

    private static boolean sameRow(Matrix a, Matrix b, int row) {
        return Arrays.equals(
                a.data(), a.rowAt(row), a.rowAt(row) + a.cols(), b.data(), b.rowAt(row), b.rowAt(row) + b.cols());
    }
}
