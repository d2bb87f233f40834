package org.randygpt.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.Safetensors;
import org.randygpt.core.checkpoint.StoredTensor;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.graph.Tensor;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/** Models with what PyTorch computed of them in float64. */
class PyTorchReferenceTest {
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double TENSOR_TOLERANCE = 1e-4; // of the tensor's largest value

    static Stream<Arguments> modelsAndArithmetics() {
        return Stream.of("gpt2-tied", "gpt2-untied", "llama-grouped", "llama-tied", "qwen3", "randygpt-seed")
                .flatMap(
                        model -> Arrays.stream(Arithmetic.values()).map(arithmetic -> Arguments.of(model, arithmetic)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndArithmetics")
    void lossLogitsAndGradientsAreThoseOfPyTorch(String model, Arithmetic arithmetic) throws IOException {
        Path folder = folder(model);
        GptConfig config = ModelFolder.readConfig(folder);
        Parameters parameters = ModelFolder.readParameters(folder, config);
        JsonObject batch = JsonObject.read(folder.resolve("batch.json"));
        double expectedLoss = JsonObject.read(folder.resolve("expected.json")).number("loss");
        Graph graph = Gpt.training(config, batch.integer("batch"), batch.integer("time"));

        try (Workers workers = new Workers(1);
                Safetensors expected = Safetensors.open(folder.resolve("expected.safetensors"))) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, arithmetic.kernels());
            float loss = plan.forward(ids(batch, "tokens"), ids(batch, "targets"));
            plan.backward();

            assertEquals(expectedLoss, loss, LOSS_TOLERANCE);
            Tensor logits = graph.ops().getLast().inputs().getFirst();
            assertClose(expected, "logits", plan.value(logits));
            for (Parameter parameter : parameters.declared().values()) {
                assertClose(expected, "grad:" + parameter.tensor().name(), parameter.in(parameters.gradients()));
            }
            assertEquals(1 + parameters.declared().size(), expected.tensors().size());
        }
    }

    private static void assertClose(Safetensors file, String name, Matrix actual) throws IOException {
        StoredTensor stored = Objects.requireNonNull(file.tensors().get(name), name);
        Matrix expected = Matrix.zeros(actual.rows(), actual.cols());
        file.read(stored, expected);
        double largest = 0;
        double worst = 0;
        for (int row = 0; row < actual.rows(); row++) {
            for (int col = 0; col < actual.cols(); col++) {
                largest = Math.max(largest, Math.abs(expected.get(row, col)));
                worst = Math.max(worst, Math.abs(expected.get(row, col) - actual.get(row, col)));
            }
        }
        assertTrue(
                worst <= TENSOR_TOLERANCE * largest,
                "%s is off by %g where its largest value is %g".formatted(name, worst, largest));
    }

    private static int[] ids(JsonObject batch, String key) throws IOException {
        List<Long> ids = batch.longIntegers(key);
        return ids.stream().mapToInt(Math::toIntExact).toArray();
    }

    private static Path folder(String model) {
        try {
            URI config = Objects.requireNonNull(
                            PyTorchReferenceTest.class.getResource("/reference/" + model + "/config.json"))
                    .toURI();
            return Objects.requireNonNull(Path.of(config).getParent());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
