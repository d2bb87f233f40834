package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Reading a prompt and continuing it, without the choice of tokens. */
final class Generation implements Subject {
    private static final ModelSize SMALL = ModelSize.DEFAULT;
    private static final ModelSize LARGE = ModelSize.GPT2_124M;

    /** Tokens of one turn at the large model, which takes tens of milliseconds for each. */
    private static final int FEW = 8;

    private static final int PROMPT = 64;

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
        return Section.of(
                title(),
                "Tokens appended to a context, the choice of tokens apart. The default model's context is full and slides"
                        + " by half, so that each token is read twice. The large model: bytes of its weights, each read"
                        + " once for a token, against reading memory in turn with it. A prompt: 64 tokens in an empty context, counted"
                        + " as the matrix products of one forward pass.",
                rows);
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
