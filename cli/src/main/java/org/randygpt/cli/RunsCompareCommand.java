package org.randygpt.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.Metric;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt runs compare}. */
@Command(
        name = "compare",
        description = "Shows the settings in which runs differ, and their validation losses side by side.",
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%n")
final class RunsCompareCommand implements Callable<Integer> {
    private static final int MOST_ROWS = 16;
    private static final String SHA256 = "-sha256";
    private static final int SHOWN_OF_SUM = 12;

    private final Environment environment;

    @Parameters(paramLabel = "RUN", arity = "2..*", description = "Folders, or their names in runs; two or more")
    private List<String> names = List.of();

    @Option(names = "--json", description = "Print JSON, with all validations.")
    private boolean json;

    RunsCompareCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        List<RunSummary> runs = RunPlace.of(environment, names).stream()
                .map(RunSummary::require)
                .toList();
        SequencedMap<String, List<String>> differences = differences(runs);
        SortedMap<Long, List<@Nullable Float>> losses = losses(runs);
        if (json) {
            environment.out().println(JsonObject.text(json(runs, differences, losses)));
        } else {
            print(runs, differences, losses);
        }
        return 0;
    }

    /** The values of settings that are not the same in all runs; empty where a run does not have one. */
    private static SequencedMap<String, List<String>> differences(List<RunSummary> runs) {
        List<SequencedMap<String, String>> settings =
                runs.stream().map(RunSummary::settings).toList();
        SequencedMap<String, List<String>> differences = new LinkedHashMap<>();
        for (SequencedMap<String, String> each : settings) {
            for (String option : each.keySet()) {
                List<String> values = settings.stream()
                        .map(one -> one.getOrDefault(option, ""))
                        .toList();
                if (new HashSet<>(values).size() > 1) {
                    differences.put(option, values);
                }
            }
        }
        return differences;
    }

    /** The validation losses of all runs by their steps; null where a run was not validated. */
    private static SortedMap<Long, List<@Nullable Float>> losses(List<RunSummary> runs) {
        SortedMap<Long, List<@Nullable Float>> losses = new TreeMap<>();
        for (int i = 0; i < runs.size(); i++) {
            for (Metric.Evaluation each : runs.get(i).curves().stream()
                    .flatMap(curves -> curves.validations().stream())
                    .toList()) {
                losses.computeIfAbsent(each.step(), _ -> {
                            List<@Nullable Float> none = new ArrayList<>();
                            runs.forEach(_ -> none.add(null));
                            return none;
                        })
                        .set(i, each.loss());
            }
        }
        return losses;
    }

    private static Map<String, Object> json(
            List<RunSummary> runs,
            SequencedMap<String, List<String>> differences,
            SortedMap<Long, List<@Nullable Float>> losses) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("runs", runs.stream().map(RunSummary::json).toList());
        all.put("settings", differences);
        Map<String, Object> bySteps = new LinkedHashMap<>();
        losses.forEach((step, each) -> bySteps.put(Long.toString(step), each));
        all.put("validation_losses", bySteps);
        return all;
    }

    private void print(
            List<RunSummary> runs,
            SequencedMap<String, List<String>> differences,
            SortedMap<Long, List<@Nullable Float>> losses) {
        Output out = environment.out();
        TextTable table = new TextTable(titles("", runs));
        for (int i = 1; i < RunSummary.TITLES.size(); i++) {
            int column = i;
            table.add(row(
                    RunSummary.TITLES.get(i),
                    runs.stream().map(run -> run.cells().get(column)).toList()));
        }
        table.print(out);
        out.println("");
        if (differences.isEmpty()) {
            out.println("All settings are the same.");
        } else {
            TextTable settings = new TextTable(titles("setting", runs));
            differences.forEach((option, values) -> settings.add(row(
                    option,
                    option.endsWith(SHA256)
                            ? values.stream().map(RunsCompareCommand::start).toList()
                            : values)));
            settings.print(out);
        }
        if (!losses.isEmpty()) {
            out.println("");
            TextTable validations = new TextTable(titles("validation", runs));
            List<Long> steps = List.copyOf(losses.keySet());
            int rows = Math.min(MOST_ROWS, steps.size());
            for (int i = 1; i <= rows; i++) {
                long step = steps.get((int) ((long) i * steps.size() / rows) - 1);
                validations.add(row(
                        "step %,d".formatted(step),
                        losses.getOrDefault(step, List.of()).stream()
                                .map(loss -> loss == null ? "" : "%.4f".formatted(loss))
                                .toList()));
            }
            validations.print(out);
        }
    }

    /** What tells sums apart. */
    private static String start(String sum) {
        return sum.isEmpty() ? "" : sum.substring(0, Math.min(SHOWN_OF_SUM, sum.length())) + "...";
    }

    private static List<String> titles(String first, List<RunSummary> runs) {
        return row(first, runs.stream().map(RunSummary::name).toList());
    }

    private static List<String> row(String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        return row;
    }
}
