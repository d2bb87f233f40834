package org.randygpt.core.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

class ModelTest {
    private static final int BATCH = 3;
    private static final int TIME = 19;
    private static final int VOCABULARY = 67;

    static Stream<Arguments> modelsAndArithmetics() {
        return Arrays.stream(Architecture.values())
                .flatMap(architecture -> Arrays.stream(Head.values())
                        .map(head -> new GptConfig(architecture, VOCABULARY, 23, 40, 2, 5, head, 1e-5f))
                        .map(model -> architecture.isRotary() && model.head() == Head.UNTIED
                                ? model.withHeads(1, 6).withMlpWidth(44)
                                : model))
                .flatMap(
                        model -> Arrays.stream(Arithmetic.values()).map(arithmetic -> Arguments.of(model, arithmetic)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void anUntrainedModelKnowsNothing(GptConfig config, Arithmetic arithmetic) {
        try (Workers workers = new Workers(1)) {
            Graph graph = Gpt.training(config, BATCH, TIME);
            CpuPlan plan = new CpuPlan(graph, untrained(graph), workers, arithmetic.kernels());

            assertEquals(Math.log(VOCABULARY), plan.forward(ids(1), ids(2)), 0.05);
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void aTokenChangesNoLogitsBeforeIt(GptConfig config, Arithmetic arithmetic) {
        try (Workers workers = new Workers(2)) {
            Graph graph = Gpt.training(config, BATCH, TIME);
            CpuPlan plan = new CpuPlan(graph, random(graph), workers, arithmetic.kernels());
            int[] tokens = ids(1);
            plan.forward(tokens, ids(2));
            float[] before = logits(graph, plan);
            int sequence = 1;
            for (int position = 0; position < TIME; position++) {
                int row = sequence * TIME + position;
                int[] changed = tokens.clone();
                changed[row] = (changed[row] + 1) % VOCABULARY;
                plan.forward(changed, ids(2));
                float[] after = logits(graph, plan);

                int unchanged = row * VOCABULARY;
                int nextSequence = (sequence + 1) * TIME * VOCABULARY;
                int rest = after.length - nextSequence;
                assertEquals(-1, Arrays.mismatch(before, 0, unchanged, after, 0, unchanged));
                assertEquals(
                        -1,
                        Arrays.mismatch(before, nextSequence, nextSequence + rest, after, nextSequence, after.length));
                assertNotEquals(before[unchanged], after[unchanged]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void lossAndGradientsDoNotDependOnTheNumberOfWorkers(GptConfig config, Arithmetic arithmetic) {
        float[] alone = run(config, arithmetic, 1);
        for (int count : new int[] {2, 3, 7}) {
            float[] together = run(config, arithmetic, count);

            assertArrayEquals(alone, together, count + " workers");
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void aPassLeavesNothingToTheNext(GptConfig config, Arithmetic arithmetic) {
        try (Workers workers = new Workers(2)) {
            Graph graph = Gpt.training(config, BATCH, TIME);
            Parameters parameters = random(graph);
            CpuPlan plan = new CpuPlan(graph, parameters, workers, arithmetic.kernels());
            float[] first = step(plan, parameters, 1);
            step(plan, parameters, 3);

            assertArrayEquals(first, step(plan, parameters, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void backwardAddsToTheGradientsOfParameters(GptConfig config, Arithmetic arithmetic) {
        try (Workers workers = new Workers(1)) {
            Graph graph = Gpt.training(config, BATCH, TIME);
            Parameters parameters = random(graph);
            CpuPlan plan = new CpuPlan(graph, parameters, workers, arithmetic.kernels());
            float[] once = step(plan, parameters, 1);
            Arrays.fill(parameters.gradients(), 1000);
            plan.forward(ids(1), ids(2));
            plan.backward();

            for (int i = 0; i < parameters.gradients().length; i++) {
                assertEquals(1000 + once[i], parameters.gradients()[i], 1e-3f);
            }
        }
    }

    /** The gradients of all parameters, then the loss. */
    private static float[] run(GptConfig config, Arithmetic arithmetic, int count) {
        try (Workers workers = new Workers(count)) {
            Graph graph = Gpt.training(config, BATCH, TIME);
            Parameters parameters = random(graph);
            return step(new CpuPlan(graph, parameters, workers, arithmetic.kernels()), parameters, 1);
        }
    }

    private static float[] step(CpuPlan plan, Parameters parameters, int seed) {
        Arrays.fill(parameters.gradients(), 0);
        float loss = plan.forward(ids(seed), ids(seed + 1));
        plan.backward();
        float[] result = Arrays.copyOf(parameters.gradients(), parameters.gradients().length + 1);
        result[result.length - 1] = loss;
        return result;
    }

    private static Parameters untrained(Graph graph) {
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(7));
        return parameters;
    }

    /** Weights large enough for every part of the model to matter. */
    private static Parameters random(Graph graph) {
        Parameters parameters = untrained(graph);
        Random random = new Random(8);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] += 0.2f * (float) random.nextGaussian();
        }
        return parameters;
    }

    private static float[] logits(Graph graph, CpuPlan plan) {
        Matrix logits = plan.value(graph.ops().getLast().inputs().getFirst());
        return Arrays.copyOfRange(logits.data(), logits.offset(), logits.offset() + logits.size());
    }

    private static int[] ids(int seed) {
        return new Random(seed).ints(BATCH * TIME, 0, VOCABULARY).toArray();
    }
}
