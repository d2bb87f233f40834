package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.kernels.MatmulTest.Problem;
import org.randygpt.kernels.MatmulTest.Product;

/** What does not depend on how many workers share a call. */
class SharesTest {
    private static final int[][] SHAPES = {{1, 1}, {1, 77}, {2, 17}, {7, 5}, {13, 64}, {29, 35}};

    private static final Set<String> BY_ROW = Set.of(
            "gatherRows",
            "layerNorm",
            "layerNormBackward",
            "rmsNorm",
            "rmsNormBackward",
            "scaledRmsNorm",
            "scaledRmsNormBackward",
            "headRmsNorm",
            "headRmsNormBackward",
            "rotate",
            "rotateBackward",
            "crossEntropy",
            "crossEntropyBackward");

    private static final Set<String> BY_ELEMENT = Set.of(
            "clear",
            "add",
            "scaledSum",
            "dropout",
            "copy",
            "activation",
            "activationBackward",
            "swiglu",
            "swigluBackward",
            "adamW");

    static Stream<Arguments> implementationsAndTeams() {
        return Stream.of(Implementation.values())
                .flatMap(kernels -> Stream.of(2, 3, 5, 7).map(workers -> Arguments.of(kernels, workers)));
    }

    @ParameterizedTest
    @MethodSource("implementationsAndTeams")
    void manyWorkersGiveTheBitsOfOne(Implementation implementation, int workers) {
        for (int[] shape : SHAPES) {
            for (KernelCall call : everyCall(shape[0], shape[1])) {
                List<Matrix> expected = call.on(implementation.alone());
                List<Matrix> actual = call.on(implementation.team(workers).toArray(Kernels[]::new));
                for (int i = 0; i < expected.size(); i++) {
                    Blocks.assertSameBits(call.method(), expected.get(i), actual.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementationsAndTeams")
    void manyWorkersGiveTheBitsOfOneInWideAndHighProducts(Implementation implementation, int workers) {
        for (Product product : Product.values()) {
            for (int[] shape : new int[][] {{5, 30 * Blocks.LANES + 3}, {61, 130}, {601, 33}}) {
                KernelCall call =
                        Problem.random(product, shape[0], 131, shape[1]).call();
                Matrix expected = call.on(implementation.alone()).getFirst();
                Blocks.assertSameBits(
                        call.method(),
                        expected,
                        call.on(implementation.team(workers).toArray(Kernels[]::new))
                                .getFirst());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementationsAndTeams")
    void theOrderOfTheWorkersMakesNoDifference(Implementation implementation, int workers) {
        Kernels[] reversed = implementation.team(workers).reversed().toArray(Kernels[]::new);
        for (KernelCall call : everyCall(13, 37)) {
            List<Matrix> expected = call.on(implementation.alone());
            List<Matrix> actual = call.on(reversed);
            for (int i = 0; i < expected.size(); i++) {
                Blocks.assertSameBits(call.method(), expected.get(i), actual.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementationsAndTeams")
    void aWorkerGetsTheSameRowsInEveryCallThatGoesRowByRow(Implementation implementation, int workers) {
        for (int rows : new int[] {1, 2, 6, 7, 23}) {
            for (Kernels worker : implementation.team(workers)) {
                Set<BitSet> written = everyCall(rows, 35).stream()
                        .filter(call ->
                                BY_ROW.contains(call.method()) || rows > 1 && BY_ELEMENT.contains(call.method()))
                        .map(call -> rowsWritten(call, worker))
                        .collect(Collectors.toSet());
                assertEquals(1, written.size(), () -> "of " + rows + " rows, different ones were written: " + written);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void kernelsOfAnIdleWorkerWriteNothing(Implementation implementation) {
        Kernels idle = implementation.create(new Share(0, 1000));
        for (KernelCall call : everyCall(3, 5)) {
            List<Matrix> after = call.on(idle);
            for (int i = 0; i < after.size(); i++) {
                Blocks.assertSameBits(call.method(), call.outputs().get(i), after.get(i));
            }
        }
    }

    @Test
    void everyKernelIsTestedHere() {
        Set<String> methods = Stream.of(Kernels.class.getDeclaredMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tested =
                everyCall(2, 3).stream().map(KernelCall::method).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(methods, tested);
    }

    private static List<KernelCall> everyCall(int rows, int cols) {
        List<KernelCall> calls = new ArrayList<>(KernelCalls.every(rows, cols));
        for (Product product : Product.values()) {
            calls.add(Problem.random(product, rows, 19, cols).call());
        }
        return calls;
    }

    /** The rows of the first output that one worker's share of a call changes. */
    private static BitSet rowsWritten(KernelCall call, Kernels worker) {
        Matrix before = call.outputs().getFirst();
        Matrix after = call.on(worker).getFirst();
        BitSet rows = new BitSet();
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i / before.cols(), i % before.cols()) != after.get(i / before.cols(), i % before.cols())) {
                rows.set(i / before.cols());
            }
        }
        return rows;
    }
}
