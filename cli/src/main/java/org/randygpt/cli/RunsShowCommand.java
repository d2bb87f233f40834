package org.randygpt.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunOverview;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt runs show}. */
@Command(
        name = "show",
        description = "Shows a run: how far it is, its settings, its validations and its saves.",
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%n")
final class RunsShowCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "RUN", arity = "0..1", description = "A folder, or its name in runs. Default: the newest")
    private @Nullable String name;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    RunsShowCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        RunSummary run = RunSummary.require(RunPlace.of(environment, name == null ? List.of() : List.of(name))
                .getFirst());
        if (json) {
            environment.out().println(JsonObject.text(json(run)));
        } else {
            print(run);
        }
        return 0;
    }

    private static Map<String, @Nullable Object> json(RunSummary run) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(run.json());
        all.put("settings", run.settings());
        all.put(
                "validations",
                run.curves().stream()
                        .flatMap(curves -> curves.validations().stream())
                        .map(each -> Map.of("step", each.step(), "loss", each.loss()))
                        .toList());
        all.put(
                "saves",
                run.saved().stream()
                        .flatMap(saved -> saved.generations().stream())
                        .map(each -> Map.of("step", each.step(), "bytes", each.bytes()))
                        .toList());
        return all;
    }

    private void print(RunSummary run) {
        Output out = environment.out();
        row("folder", run.folder().toString());
        for (int i = 1; i < RunSummary.TITLES.size(); i++) {
            row(RunSummary.TITLES.get(i), run.cells().get(i));
        }
        out.println("");
        run.settings().forEach(this::row);
        run.curves().ifPresent(curves -> {
            out.println("");
            curves.header().floors().forEach((table, loss) -> row(table, "%.4f".formatted(loss)));
            TextTable validations = new TextTable(List.of("validation", "loss", "bits/byte", ""));
            curves.validations()
                    .forEach(each -> validations.add(List.of(
                            "step %,d".formatted(each.step()),
                            "%.4f".formatted(each.loss()),
                            "%.4f".formatted(curves.header().bitsPerByte(each.loss())),
                            each.best() ? "the best so far" : "")));
            out.println("");
            validations.print(out);
        });
        run.saved().ifPresent(saved -> {
            out.println("");
            TextTable saves = new TextTable(List.of("save", "size"));
            for (RunOverview.Generation each : saved.generations()) {
                saves.add(List.of("step %,d".formatted(each.step()), Formats.bytes(each.bytes())));
            }
            saves.print(out);
        });
    }

    private void row(String label, String value) {
        environment.out().println("%-18s  %s".formatted(label, value).stripTrailing());
    }
}
