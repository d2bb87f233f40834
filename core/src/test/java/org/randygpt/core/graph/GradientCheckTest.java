package org.randygpt.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.graph.GradientCheck.Input;
import org.randygpt.core.graph.GradientCheck.OfParameter;
import org.randygpt.core.graph.GradientsTest.Case;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Initialization;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Workers;

/** Gradients in single precision against slopes in double precision. */
class GradientCheckTest {
    /** Of float arithmetic; a wrong formula is off by far more. */
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @MethodSource("org.randygpt.core.graph.GradientsTest#operations")
    void gradientsOfEveryOperationAreSlopes(Case operation) {
        requireRight(check(operation.graph(), operation.differentTokens(), ReferenceKernels::new, 1));
    }

    @ParameterizedTest
    @MethodSource("org.randygpt.core.graph.GradientsTest#models")
    void gradientsOfEveryModelAreSlopes(Case model) {
        requireRight(check(model.graph(), model.differentTokens(), ReferenceKernels::new, 2));
    }

    /** What one formula writes is wrong by 2 %. */
    @ParameterizedTest
    @CsvSource({
        "QWEN3, matmulTransA, 2",
        "QWEN3, matmul, 2",
        "QWEN3, attentionBackward, 5",
        "QWEN3, swigluBackward, 2",
        "QWEN3, rotateBackward, 4",
        "QWEN3, headRmsNormGradients, 4",
        "LLAMA, scaledRmsNormGradient, 3",
        "GPT2, layerNormBackward, 4",
        "GPT2, activationBackward, 3",
        "GPT2, affineGradients, 3",
        "RANDYGPT, rmsNormBackward, 3",
        "RANDYGPT, crossEntropyBackward, 3"
    })
    void aWrongGradientIsFound(Architecture architecture, String method, int written) {
        GradientCheck check = check(model(architecture), 7, share -> wrong(share, method, written), 1);
        assertTrue(
                check.weights().stream().anyMatch(each -> each.relativeDifference() > 10 * TOLERANCE),
                check.toString());
    }

    @Test
    void aGradientThatIsNoNumberIsFound() {
        Kernels.Factory factory = share -> changed(share, "matmulTransA", 2, Float.NaN);
        GradientCheck check = check(model(Architecture.QWEN3), 7, factory, 1);
        assertTrue(check.weights().stream().anyMatch(each -> Double.isNaN(each.relativeDifference())));
    }

    @Test
    void everyWeightIsCountedAndWorkersChangeNothing() {
        Graph graph = model(Architecture.GPT2);
        GradientCheck one = check(graph, 7, ReferenceKernels::new, 1);
        assertEquals(
                graph.parameterCount(),
                one.weights().stream().mapToInt(OfParameter::count).sum());
        assertEquals(List.copyOf(graph.parameters().keySet()), names(one));
        assertEquals(one, check(graph, 7, ReferenceKernels::new, 3));
    }

    @Test
    void progressNeverGoesBack() {
        Graph graph = model(Architecture.RANDYGPT);
        List<Double> parts = new ArrayList<>();
        try (Workers workers = new Workers(1)) {
            GradientCheck.run(graph, weights(graph), input(graph, 7), workers, ReferenceKernels::new, parts::add);
        }
        assertEquals(parts.stream().sorted().toList(), parts);
        assertTrue(parts.getLast() < 1 && parts.getLast() > 0.9, parts.getLast().toString());
    }

    @Test
    void aGraphThatGeneratesHasNothingToCheck() {
        GptConfig config = new GptConfig(Architecture.LLAMA, 7, 6, 8, 2, 2, Head.TIED, 1e-2f);
        Graph graph = Gpt.decoding(config);
        DoubleForward forward = new DoubleForward(graph, new Batch(1, 1), new Parameters(graph).values());
        assertThrows(IllegalArgumentException.class, forward::loss);
    }

    private static List<String> names(GradientCheck check) {
        return check.weights().stream().map(OfParameter::name).toList();
    }

    private static void requireRight(GradientCheck check) {
        assertEquals(check.exactLoss(), check.loss(), 1e-5 * check.exactLoss());
        for (OfParameter each : check.weights()) {
            assertTrue(each.relativeDifference() <= TOLERANCE, each.toString());
        }
        assertTrue(check.weights().stream().anyMatch(each -> each.largestGradient() > 0));
    }

    private static Graph model(Architecture architecture) {
        GptConfig config = new GptConfig(architecture, 7, 6, 8, 2, 2, Head.UNTIED, 1e-2f);
        return Gpt.training(config, Initialization.standard(config), 0, 2, 5);
    }

    private static GradientCheck check(Graph graph, int differentTokens, Kernels.Factory factory, int threads) {
        try (Workers workers = new Workers(threads)) {
            return GradientCheck.run(
                    graph, weights(graph), input(graph, differentTokens), workers, factory, part -> {});
        }
    }

    private static Parameters weights(Graph graph) {
        Parameters parameters = new Parameters(graph);
        Random random = new Random(4);
        parameters.initialize(random);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] += 0.4f * (float) random.nextGaussian();
        }
        return parameters;
    }

    private static Input input(Graph graph, int differentTokens) {
        int count = graph.batch() * graph.time();
        int[] tokens =
                IntStream.range(0, count).map(i -> 3 * i % differentTokens).toArray();
        int[] targets = IntStream.range(0, count)
                .map(i -> i == 3 ? -1 : (2 * i + 1) % 5)
                .toArray();
        return new Input(tokens, targets, 11);
    }

    private static Kernels wrong(Share share, String method, int written) {
        return changed(share, method, written, 1.02f);
    }

    /** Kernels of which one method multiplies what one of its arguments holds after it. */
    private static Kernels changed(Share share, String name, int written, float factor) {
        Kernels right = new ReferenceKernels(share);
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (self, method, arguments) -> {
                    try {
                        Object result = method.invoke(right, arguments);
                        if (method.getName().equals(name)) {
                            change((Matrix) arguments[written], factor);
                        }
                        return result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private static void change(Matrix block, float factor) {
        for (int i = block.offset(); i < block.offset() + block.size(); i++) {
            block.data()[i] *= factor;
        }
    }
}
