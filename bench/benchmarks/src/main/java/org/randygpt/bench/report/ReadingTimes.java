package org.randygpt.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.generate.Sampler;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/**
 * How long it takes to read a prompt and to go on with it; medians.
 *
 * @param prompt its tokens
 * @param seconds of reading it in an empty context; the plan of so many tokens is made for it
 * @param secondsToFirst the same until the first token has been chosen
 * @param secondsOfToken of each token that is appended to it
 */
record ReadingTimes(int prompt, double seconds, double secondsToFirst, double secondsOfToken) {
    /** Tokens after the prompt. */
    static final int CONTINUED = 64;

    /** Until the code is compiled. */
    private static final long WARM_UP_NANOS = 500_000_000;

    /** Reads a prompt many times, and goes on with each without choosing. */
    static ReadingTimes measure(Extent extent, GptConfig config, Parameters parameters, Workers team, int prompt) {
        int[] tokens = Samples.tokens(prompt, config.vocabSize());
        long warm = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < warm) {
            once(config, parameters, team, tokens);
        }
        List<ReadingTimes> rounds = new ArrayList<>();
        while (rounds.size() < extent.rounds()) {
            rounds.add(once(config, parameters, team, tokens));
        }
        return new ReadingTimes(
                prompt,
                median(rounds, ReadingTimes::seconds),
                median(rounds, ReadingTimes::secondsToFirst),
                median(rounds, ReadingTimes::secondsOfToken));
    }

    private static ReadingTimes once(GptConfig config, Parameters parameters, Workers team, int[] tokens) {
        int[] further = Samples.tokens(CONTINUED, config.vocabSize());
        Generator generator = new Generator(config, parameters, team, VectorKernels::new);
        long started = System.nanoTime();
        float[] logits = generator.append(tokens);
        long read = System.nanoTime();
        var _ = Sampler.greedy().next(logits);
        long chosen = System.nanoTime();
        for (int next : further) {
            generator.append(next);
        }
        long end = System.nanoTime();
        return new ReadingTimes(
                tokens.length, (read - started) / 1e9, (chosen - started) / 1e9, (end - chosen) / 1e9 / CONTINUED);
    }

    /** Tokens of the prompt that are read in a second. */
    double promptSpeed() {
        return prompt / seconds;
    }

    /** Tokens that are appended in a second. */
    double continuedSpeed() {
        return 1 / secondsOfToken;
    }

    private static double median(List<ReadingTimes> rounds, ToDoubleFunction<ReadingTimes> figure) {
        return Rounds.median(rounds.stream().mapToDouble(figure).toArray());
    }
}
