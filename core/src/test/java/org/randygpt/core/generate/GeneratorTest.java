package org.randygpt.core.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

class GeneratorTest {
    private static final int VOCABULARY = 31;

    static Stream<GptConfig> models() {
        return Stream.of(Architecture.values())
                .flatMap(architecture -> Stream.of(1, 2, 13, 40)
                        .map(context -> new GptConfig(architecture, VOCABULARY, context, 36, 2, 3, Head.UNTIED, 1e-5f)))
                .flatMap(config -> config.architecture().isRotary()
                        ? Stream.of(config, config.withHeads(1, 10))
                        : Stream.of(config));
    }

    @ParameterizedTest
    @MethodSource("models")
    void cachedLogitsEqualThoseOfTheFullPassOnTheSameWindow(GptConfig config) {
        Parameters parameters = parameters(config);
        SplittableRandom random = new SplittableRandom(5);
        try (Workers workers = new Workers(2)) {
            Generator generator = new Generator(config, parameters, workers, VectorKernels::new);
            int context = config.context();
            int[] text = random.ints(3L * context + 2, 0, VOCABULARY).toArray();
            int start = 0;
            for (int i = 0; i < text.length; i++) {
                if (i - start == context) {
                    start = i - context / 2;
                }
                float[] expected = fullPass(config, parameters, workers, text, start, i + 1);
                float[] actual = generator.append(text[i]);
                for (int id = 0; id < VOCABULARY; id++) {
                    assertEquals(expected[id], actual[id], 1e-4, "token " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void tokensReadAtOnceGiveTheLogitsOfTokensReadOneByOne(GptConfig config) {
        Parameters parameters = parameters(config);
        // A product of one row with a transposed matrix adds in an order of its own.
        float error = config.architecture() == Architecture.GPT2 ? 0 : 1e-4f;
        try (Workers workers = new Workers(2)) {
            for (int length = 1; length <= 3 * config.context(); length++) {
                int[] text =
                        new SplittableRandom(length).ints(length, 0, VOCABULARY).toArray();
                for (int before : new int[] {0, 1, Math.min(length - 1, config.context())}) {
                    Generator atOnce = new Generator(config, parameters, workers, VectorKernels::new);
                    Generator oneByOne = new Generator(config, parameters, workers, VectorKernels::new);
                    for (int i = 0; i < Math.min(before, length - 1); i++) {
                        atOnce.append(text[i]);
                    }
                    float[] expected = {};
                    for (int token : text) {
                        expected = oneByOne.append(token);
                    }
                    int[] rest = Arrays.copyOfRange(text, Math.min(before, length - 1), length);
                    assertArrayEquals(expected, atOnce.append(rest), error, length + " tokens");
                    assertArrayEquals(oneByOne.append(3), atOnce.append(3), error, length + " tokens and one");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsHaveTheSameBitsForAnyNumberOfThreadsAndOnPlainLoops(GptConfig config) {
        Parameters parameters = parameters(config);
        List<float[]> expected = logits(config, parameters, 1, ReferenceKernels::new);
        for (int threads : new int[] {1, 2, 5}) {
            List<float[]> actual = logits(config, parameters, threads, VectorKernels::new);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), actual.get(i));
            }
        }
    }

    /** After a prompt, and after each of the tokens that then make the context slide. */
    private static List<float[]> logits(GptConfig config, Parameters parameters, int threads, Kernels.Factory kernels) {
        List<float[]> logits = new ArrayList<>();
        int[] text = new SplittableRandom(2)
                .ints(3L * config.context(), 0, VOCABULARY)
                .toArray();
        try (Workers workers = new Workers(threads)) {
            Generator generator = new Generator(config, parameters, workers, kernels);
            int prompt = 1 + config.context() / 3;
            logits.add(generator.append(Arrays.copyOf(text, prompt)).clone());
            for (int i = prompt; i < text.length; i++) {
                logits.add(generator.append(text[i]).clone());
            }
        }
        return logits;
    }

    private static Parameters parameters(GptConfig config) {
        Parameters parameters = new Parameters(Gpt.decoding(config));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < parameters.values().length; i++) {
            parameters.values()[i] = (float) random.nextDouble(-0.4, 0.4);
        }
        return parameters;
    }

    private static float[] fullPass(
            GptConfig config, Parameters parameters, Workers workers, int[] text, int from, int to) {
        Graph graph = Gpt.training(config, 1, to - from);
        CpuPlan plan = new CpuPlan(graph, parameters, workers, VectorKernels::new);
        int[] window = Arrays.copyOfRange(text, from, to);
        plan.forward(window, window);
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = plan.value(plan.logits()).get(to - from - 1, id);
        }
        return logits;
    }

    @Test
    void tokensAreDrawnAsOftenAsTheirProbabilities() {
        float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5), (float) Math.log(2)};
        assertFrequencies(new NucleusSampler(1, 4, 1, new SplittableRandom(1)), logits, 0.1, 0.2, 0.5, 0.2);
        assertFrequencies(new NucleusSampler(1, 1, 1, new SplittableRandom(1)), logits, 0, 0, 1, 0);
        assertFrequencies(new NucleusSampler(1, 2, 1, new SplittableRandom(1)), logits, 0, 2 / 7.0, 5 / 7.0, 0);
        assertFrequencies(new NucleusSampler(1, 4, 0.6, new SplittableRandom(1)), logits, 0, 2 / 7.0, 5 / 7.0, 0);
        assertFrequencies(new NucleusSampler(1, 4, 0.5, new SplittableRandom(1)), logits, 0, 0, 1, 0);
        double sum = 1 + 4 + 25 + 4;
        assertFrequencies(
                new NucleusSampler(0.5, 4, 1, new SplittableRandom(1)), logits, 1 / sum, 4 / sum, 25 / sum, 4 / sum);
        assertEquals(2, Sampler.greedy().next(logits));
    }

    private static void assertFrequencies(Sampler sampler, float[] logits, double... probabilities) {
        int draws = 20_000;
        int[] counts = new int[logits.length];
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(logits.clone())]++;
        }
        for (int id = 0; id < counts.length; id++) {
            double deviation = Math.sqrt(probabilities[id] * (1 - probabilities[id]) / draws);
            double off = Math.abs((double) counts[id] / draws - probabilities[id]);
            assertTrue(off <= 5 * deviation, "token %d: off by %s".formatted(id, off));
        }
    }
}
