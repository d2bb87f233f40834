package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Ten AdamW steps with clipping, as PyTorch computed them in double precision. */
class AdamWReferenceTest {
    /** The models lie with the tests of the core module. */
    private static final Path MODELS = Path.of("../core/src/test/resources/reference");

    static Stream<Arguments> modelsAndKernels() {
        Map<String, Kernels.Factory> kernels = Map.of("reference", ReferenceKernels::new, "vector", VectorKernels::new);
        return Stream.of("gpt2-tied", "gpt2-untied", "llama-grouped", "llama-tied", "qwen3", "randygpt-seed")
                .flatMap(model -> kernels.entrySet().stream()
                        .map(entry -> Arguments.of(model, entry.getKey(), entry.getValue())));
    }

    @ParameterizedTest(name = "{0} with {1} kernels")
    @MethodSource("modelsAndKernels")
    void tenStepsHaveTheLossesOfPyTorch(String model, String name, Kernels.Factory kernels) throws IOException {
        Path folder = MODELS.resolve(model);
        GptConfig config = ModelFolder.readConfig(folder);
        Parameters parameters = ModelFolder.readParameters(folder, config);
        JsonObject batch = JsonObject.read(folder.resolve("batch.json"));
        JsonObject expected = JsonObject.read(folder.resolve("expected.json"));
        JsonObject settings = expected.object("adamw");
        float clip = (float) settings.number("clip");
        float rate = (float) settings.number("lr");
        OptimizerConfig training = OptimizerConfig.adamW(
                rate,
                (float) settings.number("beta1"),
                (float) settings.number("beta2"),
                (float) settings.number("weight_decay"),
                clip);
        assertEquals(training.epsilon(), (float) settings.number("epsilon"));
        try (Workers workers = new Workers(2)) {
            CpuPlan plan = new CpuPlan(
                    Gpt.training(config, batch.integer("batch"), batch.integer("time")), parameters, workers, kernels);
            Optimizer optimizer = new Optimizer(training, parameters, workers, kernels);
            int[] tokens = ints(batch.longIntegers("tokens"));
            int[] targets = ints(batch.longIntegers("targets"));
            double[] losses = losses(folder);
            for (int step = 0; step < losses.length; step++) {
                float loss = plan.forward(tokens, targets);
                assertEquals(losses[step], loss, 1e-4, name + ", step " + step);
                plan.backward();
                float norm = optimizer.gradientNorm();
                if (step == 0) {
                    assertEquals(expected.number("grad_norm"), norm, 1e-4 * norm);
                }
                optimizer.step(step, rate, norm > clip ? clip / norm : 1);
            }
        }
    }

    private static double[] losses(Path folder) throws IOException {
        String json = Files.readString(folder.resolve("expected.json"));
        String list = json.substring(json.indexOf('[') + 1, json.indexOf(']'));
        return Arrays.stream(list.split(",", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static int[] ints(List<Long> numbers) {
        return numbers.stream().mapToInt(Math::toIntExact).toArray();
    }
}
