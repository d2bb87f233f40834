package org.randygpt.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

class InitializationTest {
    private static final int LAYERS = 2;
    private static final int WIDTH = 64;
    private static final int VOCABULARY = 67;
    private static final Pattern WRITES_TO_THE_RESIDUAL_STREAM =
            Pattern.compile(".*\\.(c_proj|o_proj|down_proj|wo|fc2)\\.weight");
    private static final Pattern QUERY_OR_KEY_GAIN = Pattern.compile(".*\\.[qk]_norm\\.weight");

    static Stream<GptConfig> models() {
        return Arrays.stream(Architecture.values())
                .flatMap(architecture -> Arrays.stream(Head.values())
                        .map(head -> new GptConfig(architecture, VOCABULARY, 48, WIDTH, LAYERS, 4, head, 1e-5f)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void theStandardWeightsAreThoseOfGpt2(GptConfig config) {
        Parameters parameters = initialized(config, Initialization.standard(config));
        for (Parameter parameter : parameters.declared().values()) {
            String name = parameter.tensor().name();
            Matrix values = parameter.in(parameters.values());
            if (parameter.role() == Role.VECTOR) {
                assertConstant(name.endsWith(".bias") ? 0 : 1, name, values);
            } else {
                boolean residual = WRITES_TO_THE_RESIDUAL_STREAM.matcher(name).matches();
                assertDeviation(residual ? 0.02 / Math.sqrt(2 * LAYERS) : 0.02, name, values);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void modernWeightsAreWideInsideAndZeroWhereTheyWriteToTheResidualStream(GptConfig config) {
        double bound = Math.sqrt(3.0 / WIDTH);
        Parameters parameters = initialized(config, Initialization.modern(config));
        for (Parameter parameter : parameters.declared().values()) {
            String name = parameter.tensor().name();
            Matrix values = parameter.in(parameters.values());
            switch (parameter.role()) {
                case EMBEDDING -> assertDeviation(0.02, name, values);
                case HEAD -> assertDeviation(0.001, name, values);
                case HIDDEN -> {
                    if (WRITES_TO_THE_RESIDUAL_STREAM.matcher(name).matches()) {
                        assertConstant(0, name, values);
                    } else {
                        assertDeviation(bound / Math.sqrt(3), name, values);
                        double largest = values(values).map(Math::abs).max().orElseThrow();
                        assertTrue(largest <= bound && largest > 0.99 * bound, name + " reaches to " + largest);
                    }
                }
                case VECTOR -> {
                    float gain = QUERY_OR_KEY_GAIN.matcher(name).matches() ? 1.2f : 1;
                    assertConstant(name.endsWith(".bias") ? 0 : gain, name, values);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void anUntrainedModernModelKnowsNothing(GptConfig config) {
        int[] tokens = new Random(1).ints(48, 0, VOCABULARY).toArray();
        int[] targets = new Random(2).ints(48, 0, VOCABULARY).toArray();
        Graph graph = Gpt.training(config, Initialization.modern(config), 0, 1, 48);
        try (Workers workers = new Workers(1)) {
            Parameters parameters = new Parameters(graph);
            parameters.initialize(new Random(3));
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);

            assertEquals(Math.log(VOCABULARY), plan.forward(tokens, targets), 0.1);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyParameterHasTheRoleOfItsPlace(GptConfig config) {
        for (Parameter parameter : Gpt.training(config, 1, 1).parameters().values()) {
            String name = parameter.tensor().name();
            Role expected = switch (name) {
                case "wte.weight", "wpe.weight", "model.embed_tokens.weight" -> Role.EMBEDDING;
                case "lm_head.weight" -> Role.HEAD;
                default -> parameter.tensor().rows() == 1 ? Role.VECTOR : Role.HIDDEN;
            };
            assertEquals(expected, parameter.role(), name);
            assertEquals(name.endsWith(".attn.c_attn.weight") ? 3 : 1, parameter.parts(), name);
        }
    }

    private static Parameters initialized(GptConfig config, Initialization start) {
        Parameters parameters = new Parameters(Gpt.training(config, start, 0, 1, 1));
        parameters.initialize(new Random(5));
        return parameters;
    }

    private static void assertConstant(float expected, String name, Matrix matrix) {
        assertTrue(values(matrix).allMatch(value -> value == expected), name + " is not all " + expected);
    }

    private static void assertDeviation(double expected, String name, Matrix matrix) {
        double mean = values(matrix).average().orElseThrow();
        double square = values(matrix).map(value -> value * value).average().orElseThrow();
        double tolerance = 4 * expected / Math.sqrt(matrix.size());
        assertEquals(0, mean, tolerance, name);
        assertEquals(expected, Math.sqrt(square), tolerance, name);
    }

    private static DoubleStream values(Matrix matrix) {
        return IntStream.range(matrix.offset(), matrix.offset() + matrix.size()).mapToDouble(i -> matrix.data()[i]);
    }
}
