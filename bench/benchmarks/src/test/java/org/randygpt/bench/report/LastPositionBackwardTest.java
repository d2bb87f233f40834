package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

class LastPositionBackwardTest {
    private static final int SEQUENCES = 3;
    private static final int TIME = 5;
    private static final int VOCABULARY = 11;
    private static final GptConfig CONFIG =
            new GptConfig(Architecture.RANDYGPT, VOCABULARY, TIME, 16, 2, 2, Head.UNTIED, 1e-5f);

    private final Graph graph = Gpt.training(CONFIG, SEQUENCES, TIME);
    private final Parameters parameters = new Parameters(graph);
    private final int[] tokens = Samples.tokens(SEQUENCES * TIME, VOCABULARY);
    private final int[] targets =
            new SplittableRandom(2).ints(tokens.length, 0, VOCABULARY).toArray();

    private void backward(int threads) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] = (float) random.nextDouble(-0.3, 0.3);
        }
        Arrays.fill(parameters.gradients(), 0);
        try (Workers workers = new Workers(threads)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            var _ = plan.forward(tokens, targets);
            new LastPositionBackward(CONFIG, plan, workers).run(tokens, targets);
        }
    }

    /** What lies behind the last norm has its true gradient. */
    @ParameterizedTest
    @ValueSource(strings = {"lm_head.weight", "h.1.mlp.fc2.weight", "h.1.mlp.fc1.weight"})
    void gradientsAreThoseOfTheLastPositionsLoss(String name) {
        backward(1);
        Matrix values = block(name, parameters.values());
        Matrix gradients = block(name, parameters.gradients());
        try (Workers workers = new Workers(1)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
            for (int i = 0; i < values.size(); i += 7) {
                int at = values.offset() + i;
                float value = values.data()[at];
                float step = 0.01f;
                values.data()[at] = value + step;
                double above = lastLoss(plan);
                values.data()[at] = value - step;
                double below = lastLoss(plan);
                values.data()[at] = value;
                assertEquals(
                        (above - below) / (2 * step), gradients.data()[gradients.offset() + i], 2e-3, name + " " + i);
            }
        }
    }

    private double lastLoss(CpuPlan plan) {
        var _ = plan.forward(tokens, targets);
        double sum = 0;
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            sum += plan.output().get((sequence + 1) * TIME - 1, 0);
        }
        return sum / SEQUENCES;
    }

    /** A loop over positions, as the Rust program has it, of the gradient that reaches the embeddings. */
    @Test
    void theResidualStreamsGradientReachesTheEmbeddingsPastAttentionAndNorms() {
        backward(1);
        float[] gradients = parameters.gradients();
        Matrix tokenTable = block("wte.weight", gradients);
        Matrix positionTable = block("wpe.weight", gradients);
        for (int col = 0; col < CONFIG.width(); col++) {
            double ofTokens = 0;
            for (int token = 0; token < VOCABULARY; token++) {
                ofTokens += tokenTable.get(token, col);
            }
            assertEquals(ofTokens, positionTable.get(TIME - 1, col), 1e-5);
            for (int position = 0; position < TIME - 1; position++) {
                assertEquals(0, positionTable.get(position, col));
            }
        }
        assertTrue(norm("wte.weight") > 0.01);
        for (String untouched : new String[] {"wq", "wk", "wv", "wo"}) {
            assertEquals(0, norm("h.0.attn.%s.weight".formatted(untouched)), untouched);
        }
        assertTrue(norm("h.0.mlp.fc1.weight") > 0.01);
    }

    @Test
    void threadsChangeNoBit() {
        backward(1);
        float[] alone = parameters.gradients().clone();
        backward(3);
        assertTrue(Arrays.equals(alone, parameters.gradients()));
    }

    private Matrix block(String name, float[] array) {
        return Objects.requireNonNull(parameters.declared().get(name), name).in(array);
    }

    private double norm(String name) {
        Matrix gradient = block(name, parameters.gradients());
        double sum = 0;
        for (int i = 0; i < gradient.size(); i++) {
            sum += Math.abs(gradient.data()[gradient.offset() + i]);
        }
        return sum;
    }
}
