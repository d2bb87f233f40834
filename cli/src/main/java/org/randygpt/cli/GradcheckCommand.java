package org.randygpt.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.graph.GradientCheck;
import org.randygpt.core.graph.GradientCheck.OfParameter;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Workers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code randygpt gradcheck}. */
@Command(
        name = "gradcheck",
        description =
                "Compares the gradient of every weight of a small model with slopes of the loss in double precision.",
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt gradcheck",
            "  randygpt gradcheck --config my.toml --layers 2 --width 32 --context 16",
            "  randygpt gradcheck --arch llama --kv-heads 1 --dropout 0.1 --kernels reference"
        })
@SuppressWarnings("UnusedVariable") // GivenSettings reads two of the options by itself
final class GradcheckCommand implements Callable<Integer> {
    /** Of a model that takes a second or two. */
    private static final Map<String, String> SMALL =
            Map.of("--layers", "2", "--width", "16", "--heads", "2", "--context", "8");

    private static final String BATCH = "--batch";

    /** So that no gradient is 0 because a weight starts at 0, and no activation is so large that one vanishes. */
    private static final float DEVIATION = 0.8f;

    /** What a second or two do is a millionth of it; a few hours on two cores. */
    private static final double MOST_OPERATIONS = 3e13;

    /** Of the operations of a training step, those of its loss. */
    private static final double PART_OF_LOSS = 1.0 / 3;

    private final Environment environment;

    @Option(
            names = GivenSettings.PRESET,
            paramLabel = "NAME",
            description = "The shape of a preset of train, of which other options replace a part.")
    private @Nullable String preset;

    @Option(
            names = GivenSettings.CONFIG,
            paramLabel = "FILE",
            description = "Shape, dropout, seed and kernels from a file of settings of train, such as a run's"
                    + " settings.toml; options replace a part of them.")
    private @Nullable Path config;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--vocabulary", paramLabel = "N", description = "Different tokens. Default: 13")
    private int vocabulary = 13;

    @Option(names = BATCH, paramLabel = "N", description = "Sequences of random tokens. Default: 2")
    private int batch = 2;

    @Option(names = "--dropout", paramLabel = "X", description = "As for train. Default: 0")
    private float dropout;

    @Option(names = "--seed", paramLabel = "N", description = "Of weights, tokens and dropout. Default: 1337")
    private long seed = 1337;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description = "How far off a gradient may be, as a part of the largest of its tensor. Default: 1e-4")
    private double tolerance = 1e-4;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    @Option(names = "--json", description = "Write a JSON object.")
    private boolean json;

    private GradcheckCommand(Environment environment) {
        this.environment = environment;
    }

    /**
     * The command, with the options of {@code train} that give a model its shape, but for a smaller one.
     *
     * @param given what {@code --preset} and {@code --config} set
     */
    static CommandLine line(Environment environment, GivenSettings given) {
        CommandLine line = new CommandLine(new GradcheckCommand(environment));
        // A training batch would take hours and show nothing more.
        line.setDefaultValueProvider(argument ->
                argument instanceof OptionSpec option && option.longestName().equals(BATCH)
                        ? null
                        : given.defaultValue(argument));
        CommandSpec spec = line.getCommandSpec();
        for (OptionSpec option : List.copyOf(spec.options())) {
            String[] description = option.description().clone();
            String value = SMALL.get(option.longestName());
            if (value != null) {
                description[0] = description[0].replaceFirst("Default: .*", "Default: " + value);
            }
            // Removed and added again, each one, so that they keep their order.
            spec.remove(option);
            spec.addOption(OptionSpec.builder(option)
                    .description(description)
                    .defaultValue(value)
                    .build());
        }
        return line;
    }

    @Override
    public Integer call() {
        requireSensible();
        RunRequest.requireThreads(threads);
        GptConfig config = model.config(vocabulary);
        Graph graph = graph(config);
        Arithmetic arithmetic = kernels.arithmetic(environment);
        Random random = new Random(seed);
        Parameters parameters = weights(graph, config, random);
        Output out = environment.out();
        if (!json) {
            out.println("Model      %s: %,d weights".formatted(RunReport.shape(config), graph.parameterCount()));
            out.println("Kernels    " + arithmetic.description());
            out.println(("Tolerance  a gradient may differ from the slope of the loss in double precision by %s of the"
                            + " largest gradient of its tensor")
                    .formatted(Formats.number((float) tolerance)));
        }
        int tokens = batch * config.context();
        GradientCheck.Input input = new GradientCheck.Input(
                random.ints(tokens, 0, vocabulary).toArray(),
                random.ints(tokens, 0, vocabulary).toArray(),
                seed);
        GradientCheck check;
        ReadingBar bar = new ReadingBar(new Output(environment.err()), environment.screen(), System::nanoTime);
        ReadingProgress progress = bar.counting("Checking", "weights");
        long weights = graph.parameterCount();
        try (Workers workers = new Workers(threads)) {
            check = GradientCheck.run(
                    graph,
                    parameters,
                    input,
                    workers,
                    arithmetic.kernels(),
                    part -> progress.read((long) (part * weights), weights));
        } finally {
            bar.erase();
        }
        return json ? printJson(check, arithmetic) : print(check);
    }

    /** Throws {@link BadInputException} where the check would not end, or the model cannot be. */
    private Graph graph(GptConfig config) {
        Graph graph;
        try {
            graph = Gpt.training(config, model.recipe().initialization(config), dropout, batch, config.context());
        } catch (ArithmeticException overflow) {
            throw new BadInputException(
                    "the model has more than %,d weights, and each takes two losses in double precision; make --layers and --width smaller"
                            .formatted(Integer.MAX_VALUE),
                    overflow);
        }
        double operations = 2.0 * graph.parameterCount() * PART_OF_LOSS * Yardsticks.flops(graph);
        if (operations > MOST_OPERATIONS) {
            throw new BadInputException(
                    "the model has %,d weights, and each takes two losses in double precision: %.0e operations, and at most %.0e are done; make --layers, --width or --context smaller, for example %s"
                            .formatted(
                                    graph.parameterCount(),
                                    operations,
                                    MOST_OPERATIONS,
                                    "--layers 2 --width 32 --context 16"));
        }
        return graph;
    }

    private void requireSensible() {
        if (vocabulary < 2) {
            throw new BadInputException("--vocabulary is %d; it must be at least 2".formatted(vocabulary));
        }
        if (batch < 1) {
            throw new BadInputException("--batch is %d; it must be at least 1".formatted(batch));
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new BadInputException(
                    "--dropout is %s; it must be at least 0 and below 1".formatted(Formats.number(dropout)));
        }
        if (!(tolerance > 0)) {
            throw new BadInputException("--tolerance is %s; it must be above 0".formatted(tolerance));
        }
    }

    private static Parameters weights(Graph graph, GptConfig config, Random random) {
        Parameters parameters = new Parameters(graph);
        parameters.initialize(random);
        float deviation = DEVIATION / (float) Math.sqrt(config.width());
        float[] values = parameters.values();
        for (int i = 0; i < values.length; i++) {
            values[i] += deviation * (float) random.nextGaussian();
        }
        return parameters;
    }

    private boolean isRight(OfParameter weight) {
        // Not so if it is no number.
        return weight.relativeDifference() <= tolerance;
    }

    /** Whether the float loss is the right one. */
    private boolean isLossRight(GradientCheck check) {
        return Math.abs(check.loss() - check.exactLoss()) <= tolerance * Math.abs(check.exactLoss());
    }

    private int print(GradientCheck check) {
        Output out = environment.out();
        out.println("Loss       %.7f, in double precision %.7f: %s"
                .formatted(check.loss(), check.exactLoss(), verdict(isLossRight(check))));
        out.println("");
        int name = check.weights().stream()
                .mapToInt(each -> each.name().length())
                .max()
                .orElse(0);
        String format = "%-" + name + "s %10s  %17s %18s %10s";
        out.println(format.formatted("weights", "number", "largest gradient", "largest difference", "relative"));
        for (OfParameter each : check.weights()) {
            out.println(format.formatted(
                            each.name(),
                            "%,d".formatted(each.count()),
                            "%.2e".formatted(each.largestGradient()),
                            "%.1e".formatted(each.largestDifference()),
                            "%.1e".formatted(each.relativeDifference()))
                    + "  " + verdict(isRight(each)));
        }
        out.println("");
        long wrong = check.weights().stream().filter(each -> !isRight(each)).count();
        boolean right = wrong == 0 && isLossRight(check);
        out.println(
                right
                        ? "All gradients are right."
                        : "%d of %s have wrong gradients%s; compare with --kernels reference: if these are right, the kernels are wrong, otherwise the operation is."
                                .formatted(
                                        wrong,
                                        Formats.count(check.weights().size(), "weight tensor"),
                                        isLossRight(check) ? "" : ", and the loss is wrong"));
        return right ? 0 : Failures.FAILED;
    }

    private static String verdict(boolean right) {
        return right ? "ok" : "NOT OK";
    }

    private int printJson(GradientCheck check, Arithmetic arithmetic) {
        List<Map<String, Object>> weights = new ArrayList<>();
        boolean right = isLossRight(check);
        for (OfParameter each : check.weights()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", each.name());
            row.put("count", each.count());
            row.put("largest_gradient", finite(each.largestGradient()));
            row.put("largest_difference", finite(each.largestDifference()));
            row.put("relative_difference", finite(each.relativeDifference()));
            row.put("ok", isRight(each));
            weights.add(row);
            right &= isRight(each);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("ok", right);
        object.put("kernels", arithmetic.description());
        object.put("tolerance", tolerance);
        object.put("loss", finite(check.loss()));
        object.put("exact_loss", finite(check.exactLoss()));
        object.put("weights", weights);
        environment.out().println(JsonObject.text(object));
        return right ? 0 : Failures.FAILED;
    }

    /** JSON has no infinity. */
    private static @Nullable Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }
}
