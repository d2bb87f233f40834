package org.randygpt.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Initialization;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Workers;

/** Gradients against differences of the loss. */
class GradientsTest {
    private static final int BATCH = 2;
    private static final int TIME = 5;
    private static final int TOKENS = BATCH * TIME;
    private static final int TARGETS = 5; // all logits have at least as many columns
    private static final Init NORMAL = new Init.Normal(0.7f);

    private static final Accuracy OPERATION = new Accuracy(0.05f, 1e-4);
    // Whichever weight of a model moves, some squared ReLU passes its kink: the error of that shrinks with the step.
    private static final Accuracy MODEL = new Accuracy(0.005f, 2e-3);
    // A single squared ReLU is looked at farther from its kink than a difference reaches.
    private static final float KINK_DISTANCE = 0.3f;

    /** Only generates text: its backward throws. */
    private static final Set<String> WITHOUT_BACKWARD = Set.of("CachedAttention", "ExtendCache");

    /** How far apart losses are taken, and how far off gradients may be as a part of their tensor's largest. */
    record Accuracy(float step, double tolerance) {}

    /** A graph that ends in a loss, and how many different tokens to give it. */
    record Case(String name, Graph graph, int differentTokens, Accuracy accuracy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Body {
        Tensor write(Graph graph, Tensor x);
    }

    static Stream<Case> operations() {
        return Stream.of(
                around("linear", 5, (graph, x) -> graph.linear(x, graph.matrix("w", 7, 5, NORMAL))),
                around("stacked linear", 5, GradientsTest::stackedLinear),
                around("affine", 5, GradientsTest::affine),
                around("layer norm", 7, GradientsTest::layerNorm),
                around("RMS norm", 7, (graph, x) -> graph.rmsNorm(x, 1e-2f)),
                around("GELU", 5, (graph, x) -> graph.activate(Activation.GELU, x)),
                around("squared ReLU", 5, (graph, x) -> graph.activate(Activation.SQUARED_RELU, x)),
                around("attention of one head", 15, (graph, x) -> graph.causalAttention(x, 1, 1)),
                around("attention of three heads", 27, (graph, x) -> graph.causalAttention(x, 3, 3)),
                around("attention of groups of two heads", 24, (graph, x) -> graph.causalAttention(x, 4, 2)),
                around("RMS norm of heads", 32, GradientsTest::headRmsNorm),
                around("RMS norm with gain", 7, GradientsTest::scaledRmsNorm),
                around("SwiGLU", 14, (graph, x) -> graph.swiglu(x)),
                around("dropout", 14, (graph, x) -> graph.dropout(x, 0.3f)),
                around("rotation", 32, (graph, x) -> graph.rotate(x, 4, 2, graph.rotaryAngles(TIME, 4, 10))),
                tokenEmbedding(),
                around("residual", 5, (graph, x) -> graph.add(x, graph.linear(x, graph.matrix("w", 5, 5, NORMAL)))),
                new Case(
                        "embedding of repeated tokens",
                        around("", 5, (graph, x) -> x).graph(),
                        4,
                        OPERATION));
    }

    static Stream<Case> models() {
        return Arrays.stream(Architecture.values())
                .flatMap(architecture -> Arrays.stream(Head.values())
                        .map(head -> new GptConfig(architecture, 7, TIME + 1, 8, 2, 2, head, 1e-2f)))
                .flatMap(GradientsTest::withAndWithoutGroups)
                .flatMap(config -> Stream.of(0f, 0.2f)
                        .map(dropout -> new Case(
                                config + ", dropout " + dropout,
                                Gpt.training(config, Initialization.standard(config), dropout, BATCH, TIME),
                                6,
                                MODEL)));
    }

    /** Where heads may share keys and values they do, and need not be as wide as the model. */
    private static Stream<GptConfig> withAndWithoutGroups(GptConfig config) {
        return config.architecture().isRotary() ? Stream.of(config, config.withHeads(1, 6)) : Stream.of(config);
    }

    @Test
    void everyOperationIsCoveredUnlessItHasNoBackward() {
        Set<String> covered = operations()
                .flatMap(operation -> operation.graph().ops().stream())
                .map(op -> op.getClass().getSimpleName())
                .collect(Collectors.toSet());
        covered.addAll(WITHOUT_BACKWARD);
        Set<String> all = Arrays.stream(Op.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());

        assertEquals(all, covered);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void gradientsOfAnOperationAreSlopes(Case operation) {
        Parameters parameters = new Parameters(operation.graph());
        parameters.initialize(new Random(1));
        Matrix rows = parameters.byName().firstEntry().getValue();
        for (int i = rows.offset(); i < rows.offset() + rows.size(); i++) {
            rows.data()[i] += Math.copySign(KINK_DISTANCE, rows.data()[i]);
        }

        requireSlopes(operation, parameters);
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsOfAModelAreSlopes(Case model) {
        Parameters parameters = new Parameters(model.graph());
        parameters.initialize(new Random(1));
        Random random = new Random(4);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] += 0.4f * (float) random.nextGaussian();
        }

        requireSlopes(model, parameters);
    }

    /** The loss of an operation on rows that each have parameters of their own, which so show their gradients. */
    private static Case around(String name, int width, Body operation) {
        Graph graph = new Graph(BATCH, TIME);
        Tensor rows = graph.matrix("rows", TOKENS, width, NORMAL);
        Tensor positions = graph.matrix("positions", TIME + 1, width, new Init.Constant(0));
        graph.crossEntropy(operation.write(graph, graph.embedding(rows, positions)));
        return new Case(name, graph, TOKENS, OPERATION);
    }

    private static Tensor stackedLinear(Graph graph, Tensor x) {
        Tensor first = graph.matrix("first", 3, 5, NORMAL);
        Tensor second = graph.matrix("second", 4, 5, NORMAL);
        return graph.linear(x, graph.stack("both", first, second));
    }

    private static Tensor affine(Graph graph, Tensor x) {
        return graph.affine(x, graph.matrix("w", 5, 7, NORMAL), graph.vector("b", 7, NORMAL));
    }

    private static Tensor headRmsNorm(Graph graph, Tensor x) {
        Tensor gains = graph.stack("gains", graph.vector("query", 4, NORMAL), graph.vector("key", 4, NORMAL));
        return graph.headRmsNorm(x, 4, 2, gains, 1e-2f);
    }

    private static Tensor scaledRmsNorm(Graph graph, Tensor x) {
        return graph.rmsNorm(x, graph.vector("gain", 7, NORMAL), 1e-2f);
    }

    private static Case tokenEmbedding() {
        Graph graph = new Graph(BATCH, TIME);
        graph.crossEntropy(graph.embedding(graph.matrix("rows", TOKENS, 5, NORMAL)));
        return new Case("embedding of tokens without positions", graph, 4, OPERATION);
    }

    private static Tensor layerNorm(Graph graph, Tensor x) {
        return graph.layerNorm(x, graph.vector("gain", 7, NORMAL), graph.vector("bias", 7, NORMAL), 1e-2f);
    }

    private static void requireSlopes(Case c, Parameters parameters) {
        try (Workers workers = new Workers(1)) {
            CpuPlan plan = new CpuPlan(c.graph(), parameters, workers, ReferenceKernels::new);
            loss(c, plan);
            plan.backward();
            for (Parameter parameter : parameters.declared().values()) {
                requireSlopes(c, plan, parameter, parameters);
            }
        }
    }

    private static void requireSlopes(Case c, CpuPlan plan, Parameter parameter, Parameters parameters) {
        double largest = 0;
        double worst = 0;
        for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
            double gradient = parameters.gradients()[i];
            largest = Math.max(largest, Math.abs(gradient));
            worst = Math.max(worst, Math.abs(gradient - slope(c, plan, parameters.values(), i)));
        }
        assertTrue(largest > 0, parameter.tensor().name() + " has no gradient");
        assertTrue(
                worst <= c.accuracy().tolerance() * largest,
                "%s is off by %g where its largest gradient is %g"
                        .formatted(parameter.tensor().name(), worst, largest));
    }

    /** The slope of the polynomial of degree four through five points: two differences, the wider one counting less. */
    private static double slope(Case c, CpuPlan plan, float[] weights, int index) {
        float weight = weights[index];
        float step = c.accuracy().step();
        double[] losses = IntStream.of(-2, -1, 1, 2)
                .mapToDouble(steps -> {
                    weights[index] = weight + steps * step;
                    return loss(c, plan);
                })
                .toArray();
        weights[index] = weight;
        return (8 * (losses[2] - losses[1]) - (losses[3] - losses[0])) / (12 * step);
    }

    /** The mean loss, without the rounding to float of the plan's own. */
    private static double loss(Case c, CpuPlan plan) {
        int[] tokens =
                IntStream.range(0, TOKENS).map(i -> 3 * i % c.differentTokens()).toArray();
        int[] targets =
                IntStream.range(0, TOKENS).map(i -> (2 * i + 1) % TARGETS).toArray();
        plan.forward(tokens, targets);
        Matrix losses = plan.output();
        return IntStream.range(0, TOKENS).mapToDouble(i -> losses.get(i, 0)).sum() / TOKENS;
    }
}
