package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.bench.report.Chart.Axis;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Preset;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Reading prompts and continuing them. */
final class Generation implements Subject {
    private static final ModelSize SMALL = ModelSize.SMALL;
    private static final ModelSize LARGE = ModelSize.GPT2_124M;

    /** Tokens of one turn at the large model, which takes tens of milliseconds for each. */
    private static final int FEW = 8;

    private static final int PROMPT = 64;

    /** Prompts of a longer context, and room to go on after the longest. */
    private static final List<Integer> PROMPTS = List.of(16, 64, 256, 1024);

    private static final int LONG_CONTEXT = 1024 + 2 * ReadingTimes.CONTINUED;
    private static final Axis PROMPT_AXIS = new Axis("tokens of the prompt", Scale.LOGARITHMIC);

    @Override
    public String title() {
        return "Generation";
    }

    @Override
    public Section measure(Setting setting) throws IOException {
        List<Row> rows = new ArrayList<>();
        Parameters small = SMALL.parameters();
        rows.add(decodeSmall(setting, small));
        for (Workers team : setting.teams()) {
            rows.add(prefill(setting, SMALL, small, team));
        }
        if (setting.extent() == Extent.FULL) {
            Parameters large = LARGE.parameters();
            rows.add(decodeLarge(setting, large));
            rows.add(prefill(setting, LARGE, large, setting.all()));
        }
        List<ReadingLine> lines = lines(setting, small);
        List<Row> details = new ArrayList<>();
        for (ReadingLine line : lines) {
            rows.addAll(line.waits());
            details.addAll(line.rates());
        }
        return Section.of(
                        title(),
                        "Tokens appended to a context, the choice of tokens apart. The small GPT-2's context is full and slides"
                                + " by half, so that each token is read twice. The large model: bytes of its weights, each read"
                                + " once for a token, against reading memory in turn with it. A prompt: 64 tokens in an empty context, counted"
                                + " as the matrix products of one forward pass. The first token: reading the prompt into an empty context"
                                + " and choosing the likeliest token; then %d tokens are appended. Longer prompts: a model of the default"
                                        .formatted(ReadingTimes.CONTINUED)
                                + " one's shape with a context of %,d.".formatted(LONG_CONTEXT),
                        rows)
                .withDetails(details)
                .withCharts(
                        new Chart(
                                "Reading prompts and going on",
                                PROMPT_AXIS,
                                new Axis("tokens/s", Scale.LOGARITHMIC),
                                lines.stream()
                                        .flatMap(line -> line.speeds().stream())
                                        .toList()),
                        new Chart(
                                "Time to the first token",
                                PROMPT_AXIS,
                                new Axis("ms", Scale.LOGARITHMIC),
                                lines.stream().map(ReadingLine::firstTokens).toList()));
    }

    /** The small GPT-2 with a full context, and one like it that takes long prompts. */
    private static List<ReadingLine> lines(Setting setting, Parameters small) {
        ModelShape shape =
                ModelShape.of(Preset.SEED, SMALL.config().vocabSize()).withContext(LONG_CONTEXT, 1);
        Parameters parameters = shape.parameters();
        List<ReadingLine> lines = new ArrayList<>();
        for (Workers team : setting.teams()) {
            String reader = "context %,d, %s".formatted(LONG_CONTEXT, Setting.describe(team));
            lines.add(new ReadingLine(
                    reader,
                    PROMPTS.stream()
                            .map(prompt ->
                                    ReadingTimes.measure(setting.extent(), shape.config(), parameters, team, prompt))
                            .toList()));
        }
        lines.add(new ReadingLine(
                "%s, %s".formatted(SMALL.description(), Setting.describe(setting.alone())),
                List.of(ReadingTimes.measure(setting.extent(), SMALL.config(), small, setting.alone(), PROMPT))));
        return lines;
    }

    private static Row decodeSmall(Setting setting, Parameters parameters) {
        int context = SMALL.config().context();
        int[] tokens = Samples.tokens(context, SMALL.config().vocabSize());
        Generator generator = new Generator(SMALL.config(), parameters, setting.alone(), VectorKernels::new);
        read(generator, tokens);
        Rounds rounds = Rounds.of(setting.extent(), () -> read(generator, tokens));
        return Row.of("decoding, %s, 1 worker".formatted(SMALL.description()), context / rounds.seconds(0), "tokens/s");
    }

    private static Row decodeLarge(Setting setting, Parameters parameters) throws IOException {
        Bandwidth memory = new Bandwidth();
        int[] tokens = Samples.tokens(FEW, LARGE.config().vocabSize());
        Generator generator = new Generator(LARGE.config(), parameters, setting.alone(), VectorKernels::new);
        Rounds rounds = Rounds.of(setting.extent(), () -> read(generator, tokens), () -> memory.read(setting.alone()));
        // Of the positions a token reads one row.
        long weights = parameters.all(parameters.values()).size()
                - (long) LARGE.config().context() * LARGE.config().width();
        double bytes = (double) FEW * Float.BYTES * weights;
        return Row.of(
                "decoding, %s, 1 worker".formatted(LARGE.description()),
                FEW / rounds.seconds(0),
                "tokens/s",
                new Ratio(bytes / memory.bytes() * rounds.speed(0, 1), "reading memory"));
    }

    private static Row prefill(Setting setting, ModelSize model, Parameters parameters, Workers team) {
        int[] prompt = Samples.tokens(PROMPT, model.config().vocabSize());
        double peak = MultiplyAddPeak.measure(team);
        Rounds rounds = Rounds.of(
                setting.extent(),
                () -> new Generator(model.config(), parameters, team, VectorKernels::new).append(prompt));
        return Row.of(
                "prompt of %d tokens, %s, %s".formatted(prompt.length, model.description(), Setting.describe(team)),
                prompt.length / rounds.seconds(0),
                "tokens/s",
                new Ratio(model.forwardFlops(1, prompt.length) / rounds.seconds(0) / peak, "peak"));
    }

    private static void read(Generator generator, int[] tokens) {
        for (int token : tokens) {
            generator.append(token);
        }
    }
}
