package org.randygpt.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.randygpt.core.graph.MemoryLayout.Reuse;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Initialization;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

class MemoryLayoutTest {
    private static final int BATCH = 2;
    private static final int TIME = 9;
    private static final int VOCABULARY = 11;

    @ParameterizedTest
    @EnumSource
    void sharingMemoryChangesNoBit(Architecture architecture) {
        for (GptConfig.Head head : GptConfig.Head.values()) {
            GptConfig config = config(architecture, head);
            for (float dropout : new float[] {0, 0.2f}) {
                Graph graph = Gpt.training(config, Initialization.standard(config), dropout, BATCH, TIME);
                assertArrayEquals(twoSteps(graph, Reuse.NONE), twoSteps(graph, Reuse.BY_LIFETIME));
            }
        }
    }

    @Test
    void sharedMemoryIsLessThanSeparateMemory() {
        Graph graph = Gpt.training(config(Architecture.GPT2, GptConfig.Head.TIED), BATCH, TIME);
        MemoryLayout shared = MemoryLayout.of(graph, Reuse.BY_LIFETIME);
        MemoryLayout separate = MemoryLayout.of(graph, Reuse.NONE);
        assertEquals(separate.bytes(), separate.separateBytes());
        assertEquals(shared.separateBytes(), separate.separateBytes());
        assertTrue(
                shared.bytes() < 0.7 * shared.separateBytes(),
                () -> shared.bytes() + " bytes of " + shared.separateBytes());
    }

    @Test
    void activationsThatBackwardReadsShareNothingWithEachOther() {
        Graph graph = Gpt.training(config(Architecture.GPT2, GptConfig.Head.TIED), BATCH, TIME);
        MemoryLayout layout = MemoryLayout.of(graph, Reuse.BY_LIFETIME);
        BackwardPass pass = new BackwardPass(graph);
        List<Tensor> kept = graph.ops().stream()
                .flatMap(op -> Stream.concat(op.keptForBackward().stream(), op.keptForParameters().stream()))
                .filter(tensor -> !pass.isRestored(tensor))
                .distinct()
                .toList();
        long slots = kept.stream().mapToInt(layout::valueSlot).distinct().count();
        assertEquals(kept.size(), slots);
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfParametersComeAfterWhatTheyReadIsWrittenAgain(Architecture architecture) {
        Graph graph = Gpt.training(config(architecture, GptConfig.Head.TIED), BATCH, TIME);
        BackwardPass pass = new BackwardPass(graph);
        int activations = 0;
        for (int i = 0; i < graph.ops().size(); i++) {
            if (graph.ops().get(i).restoresOutput()) {
                activations++;
                assertTrue(pass.isRestored(graph.ops().get(i).output()));
                int again = pass.steps().indexOf(new BackwardPass.Step(i, true, true));
                assertEquals(
                        new BackwardPass.Step(i + 1, true, false), pass.steps().get(again - 1));
                assertEquals(
                        new BackwardPass.Step(i + 1, false, true), pass.steps().get(again + 1));
            }
        }
        assertEquals(3, activations);
    }

    private static GptConfig config(Architecture architecture, GptConfig.Head head) {
        return new GptConfig(architecture, VOCABULARY, TIME, 12, 3, 2, head, 1e-5f);
    }

    /** The gradients of two steps, the second of which finds what the first has left in memory. */
    private static float[] twoSteps(Graph graph, Reuse reuse) {
        Random random = new Random(1);
        Parameters parameters = new Parameters(graph);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] = (float) random.nextGaussian();
        }
        try (Workers workers = new Workers(2)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new, reuse);
            for (int step = 0; step < 2; step++) {
                int[] tokens = random.ints((long) BATCH * TIME, 0, VOCABULARY).toArray();
                int[] targets = random.ints((long) BATCH * TIME, 0, VOCABULARY).toArray();
                plan.forward(tokens, targets);
                plan.backward();
            }
        }
        return parameters.gradients();
    }
}
