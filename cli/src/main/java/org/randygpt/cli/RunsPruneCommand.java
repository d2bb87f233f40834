package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunOverview;
import org.randygpt.train.records.RunRecords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt runs prune}. */
@Command(
        name = "prune",
        description = "Deletes the saves of runs that are neither the latest nor the best, or with --older-than whole"
                + " runs. Without --yes it only lists them. A run that is going on is left alone.",
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt runs prune                       says what would go",
            "  randygpt runs prune --yes",
            "  randygpt runs prune --older-than 30d --yes"
        })
final class RunsPruneCommand implements Callable<Integer> {
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([hdw])");

    private final Environment environment;

    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "Folders, or their names in runs. Default: all of runs")
    private List<String> names = List.of();

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description = "Delete whole runs that were last saved so long ago: 12h, 30d or 8w.")
    private @Nullable String age;

    @Option(names = "--yes", description = "Delete; otherwise nothing is.")
    private boolean yes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    RunsPruneCommand(Environment environment) {
        this.environment = environment;
    }

    /**
     * What is to go of a run.
     *
     * @param whole whether it is all of it
     */
    private record Doomed(RunOverview run, boolean whole, long bytes, String what) {}

    @Override
    public Integer call() {
        Optional<Instant> before = before();
        List<RunSummary> runs = names.isEmpty()
                ? RunsListCommand.in(new RunFolders(environment.folder()).folder(), environment)
                : RunPlace.of(environment, names).stream()
                        .map(RunSummary::require)
                        .toList();
        List<Doomed> doomed = new ArrayList<>();
        for (RunSummary run : runs) {
            if (run.running()) {
                environment.err().println("randygpt: %s is going on and left alone".formatted(run.folder()));
            } else if (run.saved().isPresent()) {
                doomed(run.saved().get(), before).ifPresent(doomed::add);
            }
        }
        int exitCode = yes ? delete(doomed) : 0;
        report(doomed);
        return exitCode;
    }

    private Optional<Instant> before() {
        if (age == null) {
            return Optional.empty();
        }
        Matcher matcher = AGE.matcher(age);
        if (!matcher.matches()) {
            throw new BadInputException(
                    "--older-than is %s; it must be a number of hours, days or weeks: 12h, 30d or 8w".formatted(age));
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofDays(7 * number);
        };
        return Optional.of(Instant.now().minus(duration));
    }

    private static Optional<Doomed> doomed(RunOverview run, Optional<Instant> before) {
        if (before.isPresent()) {
            boolean old = run.lastSaved().toInstant().isBefore(before.get());
            return old ? Optional.of(new Doomed(run, true, bytes(run.generations()), "all of it")) : Optional.empty();
        }
        List<RunOverview.Generation> old = run.superfluous();
        return old.isEmpty()
                ? Optional.empty()
                : Optional.of(new Doomed(
                        run,
                        false,
                        bytes(old),
                        String.join(
                                ", ",
                                old.stream()
                                        .map(each ->
                                                String.valueOf(each.folder().getFileName()))
                                        .toList())));
    }

    private static long bytes(List<RunOverview.Generation> generations) {
        return generations.stream().mapToLong(RunOverview.Generation::bytes).sum();
    }

    /** Deletes what can be, takes the rest out of the list, and returns the exit code. */
    private int delete(List<Doomed> doomed) {
        int exitCode = 0;
        for (Doomed each : List.copyOf(doomed)) {
            try {
                delete(each);
            } catch (IOException problem) {
                environment.err().println("randygpt: " + Failures.sentence(problem));
                doomed.remove(each);
                exitCode = Failures.FAILED;
            }
        }
        return exitCode;
    }

    private void delete(Doomed doomed) throws IOException {
        Path folder = doomed.run().folder();
        if (!doomed.whole()) {
            // Opening it checks what stays.
            try (RunFolder run = RunFolder.open(folder)) {
                run.deleteOldGenerations();
            }
            return;
        }
        RunFolder.delete(folder);
        for (Path records : RunRecords.in(folder)) {
            Files.delete(records);
        }
        Files.deleteIfExists(folder.resolve(SettingsFile.NAME));
        Files.deleteIfExists(folder.resolve(PlotCommand.USUAL_NAME));
        try (Stream<Path> left = Files.list(folder)) {
            List<Path> others = left.toList();
            if (others.isEmpty()) {
                Files.delete(folder);
            } else {
                environment
                        .err()
                        .println("randygpt: %s stays, for it holds something else: %s"
                                .formatted(folder, others.getFirst().getFileName()));
            }
        }
    }

    private void report(List<Doomed> doomed) {
        Output out = environment.out();
        long bytes = doomed.stream().mapToLong(Doomed::bytes).sum();
        if (json) {
            out.println(JsonObject.text(json(doomed, bytes)));
            return;
        }
        if (doomed.isEmpty()) {
            out.println("There is nothing to delete.");
            return;
        }
        TextTable table = new TextTable(List.of("run", "size", yes ? "deleted" : "to be deleted"));
        doomed.forEach(
                each -> table.add(List.of(each.run().folder().toString(), Formats.bytes(each.bytes()), each.what())));
        table.print(out);
        out.println(
                yes
                        ? "%s are free.".formatted(Formats.bytes(bytes))
                        : "Nothing has been deleted; with --yes, %s will be.".formatted(Formats.bytes(bytes)));
    }

    private Map<String, Object> json(List<Doomed> doomed, long bytes) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("deleted", yes);
        all.put("bytes", bytes);
        all.put(
                "runs",
                doomed.stream()
                        .map(each -> Map.of(
                                "folder", each.run().folder().toString(),
                                "whole", each.whole(),
                                "bytes", each.bytes(),
                                "what", each.what()))
                        .toList());
        return all;
    }
}
