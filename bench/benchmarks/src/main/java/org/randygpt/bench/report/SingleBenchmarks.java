package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every JMH benchmark, vectors beside plain loops. */
final class SingleBenchmarks implements Subject {
    private static final int FORKS = 3;
    private static final int WARM_UPS = 2;
    private static final int MEASUREMENTS = 3;
    private static final TimeValue TIME = TimeValue.milliseconds(300);
    private static final String KERNELS = "kernels";
    private static final String PLAIN = "reference";
    private static final String VECTOR = "vector";

    @Override
    public String title() {
        return "JMH benchmarks";
    }

    @Override
    public Section measure(Setting setting) throws IOException {
        Options options = new OptionsBuilder()
                .forks(FORKS)
                .warmupIterations(WARM_UPS)
                .warmupTime(TIME)
                .measurementIterations(MEASUREMENTS)
                .measurementTime(TIME)
                .output(setting.folder().resolve("jmh.log").toString())
                .build();
        return Section.of(
                        title(),
                        "Each benchmark with each choice of its parameters, in %d JVMs, %d iterations of %s after %d; means with"
                                        .formatted(FORKS, MEASUREMENTS, TIME, WARM_UPS)
                                + " the half width of their interval of 99.9 %. One after the other, so that ratios are of figures that"
                                + " are minutes apart.",
                        List.of())
                .withDetails(rows(run(options)));
    }

    /** Runs what the options say. */
    static Collection<RunResult> run(Options options) throws IOException {
        try {
            return new Runner(options).run();
        } catch (RunnerException problem) {
            throw new IOException("JMH failed: " + problem.getMessage(), problem);
        }
    }

    /** A row for each benchmark and choice; that of vectors says how many times as fast it is as plain loops. */
    static List<Row> rows(Collection<RunResult> results) {
        Map<String, Double> plain = new LinkedHashMap<>();
        for (RunResult result : results) {
            if (PLAIN.equals(kernels(result))) {
                plain.put(name(result, PLAIN), result.getPrimaryResult().getScore());
            }
        }
        List<Row> rows = new ArrayList<>();
        for (RunResult result : results) {
            Result<?> score = result.getPrimaryResult();
            String unit = "%s ± %.2g".formatted(score.getScoreUnit(), score.getScoreError());
            Double ofPlain = VECTOR.equals(kernels(result)) ? plain.get(name(result, PLAIN)) : null;
            rows.add(
                    ofPlain == null
                            ? Row.of(name(result, kernels(result)), score.getScore(), unit)
                            : Row.of(
                                    name(result, VECTOR),
                                    score.getScore(),
                                    unit,
                                    new Ratio(speed(result, ofPlain), "plain loops' speed")));
        }
        return rows;
    }

    private static double speed(RunResult result, double ofPlain) {
        double score = result.getPrimaryResult().getScore();
        return result.getParams().getMode() == Mode.Throughput ? score / ofPlain : ofPlain / score;
    }

    private static String kernels(RunResult result) {
        BenchmarkParams params = result.getParams();
        return params.getParamsKeys().contains(KERNELS) ? params.getParam(KERNELS) : "";
    }

    /** Benchmark and parameters, as with these kernels. */
    private static String name(RunResult result, String kernels) {
        BenchmarkParams params = result.getParams();
        String benchmark = params.getBenchmark().replaceAll(".*\\.(\\w+)Benchmark\\.", "$1.");
        List<String> choices = new ArrayList<>();
        for (String key : params.getParamsKeys()) {
            choices.add("%s %s".formatted(key, key.equals(KERNELS) ? kernels : params.getParam(key)));
        }
        return String.join(", ", benchmark, String.join(", ", choices));
    }
}
