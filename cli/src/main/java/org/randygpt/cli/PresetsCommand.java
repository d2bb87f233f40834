package org.randygpt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Preset;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Sampling;
import org.randygpt.train.TrainingConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code randygpt presets}. */
@Command(
        name = "presets",
        description = "Lists the shapes that have a name, and what training them takes on this machine.",
        sortOptions = false,
        optionListHeading = "%n",
        footer = {"", "Example:", "  randygpt train --preset shakespeare-char-cpu --data my.txt"})
final class PresetsCommand implements Callable<Integer> {
    /** Of a text of characters, and GPT-2's. */
    private static final int CHARACTERS = 67;

    private static final int GPT2_VOCABULARY = 50_257;
    private static final long MEASURED_NANOS = 3_000_000_000L;
    private static final int LAST_STEPS = 5;
    private static final double NANOS_PER_MINUTE = 60e9;
    private static final double LEAST_MINUTES = 0.1;

    private final Environment environment;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that training would have. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Write a JSON object.")
    private boolean json;

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    PresetsCommand(Environment environment) {
        this.environment = environment;
    }

    /** The options that a preset sets, read as train reads them. */
    @Command
    private static final class Shape {
        @Mixin
        private ModelOptions model = new ModelOptions();

        @Mixin
        private OptimizationOptions optimization = new OptimizationOptions();

        static Shape of(Preset preset) {
            Shape shape = new Shape();
            String[] arguments = Presets.of(preset).options().entrySet().stream()
                    .map(option -> option.getKey() + "=" + option.getValue())
                    .toArray(String[]::new);
            var _ = Choices.readBy(new CommandLine(shape)).parseArgs(arguments);
            return shape;
        }

        GptConfig config() {
            return model.config(model.recipe().architecture() == Architecture.GPT2 ? GPT2_VOCABULARY : CHARACTERS);
        }

        TrainingConfig settings() {
            return optimization.config(model.recipe(), Sampling.USUAL);
        }
    }

    @Override
    public Integer call() {
        RunRequest.requireThreads(threads);
        Output out = environment.out();
        double speed = speed(kernels.arithmetic(environment));
        if (!json) {
            out.println("%-21s %6s %6s %6s %8s %6s %14s %10s %6s %9s"
                    .formatted(
                            "preset",
                            "layers",
                            "width",
                            "heads",
                            "context",
                            "batch",
                            "parameters",
                            "memory",
                            "steps",
                            "minutes"));
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            Shape shape = Shape.of(preset);
            GptConfig config = shape.config();
            TrainingConfig settings = shape.settings();
            Graph graph = Gpt.training(config, settings.microBatch(), config.context());
            long memory =
                    MemoryNeed.ofTraining(graph, config, settings, threads, 0).process();
            double minutes = settings.iterations()
                    * settings.passes()
                    * Yardsticks.flops(graph)
                    / speed
                    * 1e9
                    / NANOS_PER_MINUTE;
            if (json) {
                rows.add(Map.of(
                        "preset", preset.label(),
                        "layers", config.layers(),
                        "width", config.width(),
                        "heads", config.heads(),
                        "context", config.context(),
                        "batch", settings.batch(),
                        "parameters", graph.parameterCount(),
                        "memory_bytes", memory,
                        "steps", settings.iterations(),
                        "minutes", minutes));
            } else {
                out.println("%-21s %6d %6d %6d %8d %6d %,14d %10s %,6d %9s"
                        .formatted(
                                preset.label(),
                                config.layers(),
                                config.width(),
                                config.heads(),
                                config.context(),
                                settings.batch(),
                                graph.parameterCount(),
                                Formats.bytes(memory),
                                settings.iterations(),
                                shown(minutes)));
            }
        }
        if (json) {
            out.println(JsonObject.text(Map.of("presets", rows)));
        } else {
            out.println("");
            out.println(
                    ("Of characters (a vocabulary of %d), gpt2 and its like of GPT-2's tokens. Memory is what the whole"
                                    + " process needs while it trains, Java included and the text not; its peak may be higher. Minutes are those of so many"
                                    + " steps at the %.0f GFLOP/s that the preset seed has reached just now on %s.")
                            .formatted(CHARACTERS, speed / 1e9, Formats.count(threads, "thread")));
        }
        return 0;
    }

    /** A time that is not 0. */
    static String shown(double minutes) {
        return minutes < LEAST_MINUTES ? "under %.1f".formatted(LEAST_MINUTES) : "%,.1f".formatted(minutes);
    }

    /** Floating-point operations a second of a training step, after some steps of the preset seed. */
    private double speed(Arithmetic arithmetic) {
        Shape seed = Shape.of(Preset.SEED);
        GptConfig config = seed.config();
        int batch = seed.settings().batch();
        Graph graph = Gpt.training(config, batch, config.context());
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new Random(1));
        int[] tokens = new Random(1)
                .ints((long) batch * config.context(), 0, config.vocabSize())
                .toArray();
        try (Workers workers = new Workers(threads)) {
            CpuPlan plan = new CpuPlan(graph, parameters, workers, arithmetic.kernels());
            long begun = System.nanoTime();
            double[] last = new double[LAST_STEPS];
            for (int step = 0; step < LAST_STEPS || System.nanoTime() - begun < MEASURED_NANOS; step++) {
                long started = System.nanoTime();
                var _ = plan.forward(tokens, tokens);
                plan.backward();
                last[step % LAST_STEPS] = System.nanoTime() - started;
            }
            Arrays.sort(last);
            return Yardsticks.flops(graph) / last[LAST_STEPS / 2] * 1e9;
        }
    }
}
