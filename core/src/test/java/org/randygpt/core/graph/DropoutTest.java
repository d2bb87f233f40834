package org.randygpt.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Initialization;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

class DropoutTest {
    private static final int BATCH = 2;
    private static final int TIME = 9;
    private static final int VOCABULARY = 11;
    private static final int LAYERS = 3;
    private static final long SEED = 42;
    private static final int[] TOKENS =
            IntStream.range(0, BATCH * TIME).map(i -> 3 * i % VOCABULARY).toArray();

    @ParameterizedTest
    @EnumSource
    void itIsAfterTheEmbeddingAndInBothBranchesOfEachBlock(Architecture architecture) {
        assertEquals(0, count(graph(architecture, 0)));
        assertEquals(1 + 2 * LAYERS, count(graph(architecture, 0.2f)));
        assertEquals(0, count(Gpt.decoding(config(architecture))));
        assertEquals(0, count(Gpt.prefill(config(architecture), TIME)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aSeedDecidesLossAndGradientsWhateverCameBefore(int threads) {
        Graph graph = graph(Architecture.GPT2, 0.2f);
        float[] first = lossAndGradients(graph, 1, List.of(SEED));
        assertArrayEquals(first, lossAndGradients(graph, threads, List.of(SEED)));
        assertArrayEquals(first, lossAndGradients(graph, threads, List.of(SEED + 1, SEED)));
        assertFalse(Arrays.equals(first, lossAndGradients(graph, threads, List.of(SEED + 1))));
    }

    @Test
    void everyPlaceInAGraphLeavesOutOtherElements() {
        Graph graph = new Graph(BATCH, TIME);
        Tensor ones = graph.embedding(graph.table("ones", VOCABULARY, VOCABULARY, new Init.Constant(1)));
        Tensor sum = graph.add(graph.dropout(ones, 0.5f), graph.dropout(ones, 0.5f));
        graph.crossEntropy(sum);
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(1));
        try (Workers workers = new Workers(1)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            plan.dropout(SEED, 0);
            plan.forward(TOKENS, TOKENS);
            Matrix sums = plan.value(sum);
            Set<Float> values = new HashSet<>();
            for (int i = 0; i < sums.size(); i++) {
                values.add(sums.get(0, i));
            }
            // Left out in both places, in one, in none.
            assertEquals(Set.of(0f, 2f, 4f), values);
        }
    }

    @ParameterizedTest
    @EnumSource
    void partsOfABatchLeaveOutWhatTheWholeDoes(Architecture architecture) {
        Parameters whole = gradients(architecture, BATCH);
        Parameters parts = gradients(architecture, 1);
        Matrix expected = whole.all(whole.gradients());
        Matrix sums = parts.all(parts.gradients());
        for (int i = 0; i < expected.size(); i++) {
            // The gradient of a mean over the batch is the mean of those over its parts.
            assertEquals(expected.get(0, i), sums.get(0, i) / BATCH, 1e-5f);
        }
    }

    private static Parameters gradients(Architecture architecture, int windows) {
        GptConfig config = config(architecture);
        Graph graph = Gpt.training(config, Initialization.standard(config), 0.3f, windows, TIME);
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(1));
        try (Workers workers = new Workers(1)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            for (int part = 0; part < BATCH / windows; part++) {
                int from = part * windows * TIME;
                int[] tokens = Arrays.copyOfRange(TOKENS, from, from + windows * TIME);
                plan.dropout(SEED, part);
                plan.forward(tokens, tokens);
                plan.backward();
            }
        }
        return parameters;
    }

    private static long count(Graph graph) {
        return graph.ops().stream().filter(Dropout.class::isInstance).count();
    }

    private static GptConfig config(Architecture architecture) {
        return new GptConfig(architecture, VOCABULARY, TIME, 16, LAYERS, 2, Head.UNTIED, 1e-5f);
    }

    private static Graph graph(Architecture architecture, float dropout) {
        GptConfig config = config(architecture);
        return Gpt.training(config, Initialization.standard(config), dropout, BATCH, TIME);
    }

    /** The last pass's loss, then its gradients. */
    private static float[] lossAndGradients(Graph graph, int threads, List<Long> seeds) {
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(1));
        float[] result = new float[1 + parameters.gradients().length];
        try (Workers workers = new Workers(threads)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            for (long seed : seeds) {
                Arrays.fill(parameters.gradients(), 0);
                plan.dropout(seed, 0);
                result[0] = plan.forward(TOKENS, TOKENS);
                plan.backward();
            }
        }
        System.arraycopy(parameters.gradients(), 0, result, 1, result.length - 1);
        return result;
    }
}
