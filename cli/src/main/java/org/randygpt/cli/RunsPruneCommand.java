package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunContents;
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
                + " runs. Without --yes it only lists them. A run that is going on and a link to one are left alone, and"
                + " what somebody else has put into a run or a save stays.",
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
     * @param whole whether it is all that is the run's
     * @param others what stays then, for it is not
     */
    private record Doomed(RunOverview run, boolean whole, long bytes, String what, List<Path> others) {}

    @Override
    public Integer call() {
        Optional<Instant> before = before();
        List<RunSummary> runs = names.isEmpty()
                ? RunsListCommand.in(new RunFolders(environment.folder()).folder(), environment)
                : RunPlace.of(environment, names).stream()
                        .map(RunSummary::require)
                        .toList();
        List<Doomed> doomed = new ArrayList<>();
        int exitCode = 0;
        for (RunSummary run : runs) {
            if (Files.isSymbolicLink(run.folder().toAbsolutePath().normalize())) {
                say("%s is a link and left alone; where it leads to, the run can be pruned".formatted(run.folder()));
            } else if (run.running()) {
                say("%s is going on and left alone".formatted(run.folder()));
            } else if (run.saved().isPresent()) {
                try {
                    doomed(run.saved().get(), before).ifPresent(doomed::add);
                } catch (IOException problem) {
                    say(Failures.sentence(problem));
                    exitCode = Failures.FAILED;
                }
            }
        }
        if (yes && !delete(doomed)) {
            exitCode = Failures.FAILED;
        }
        report(doomed);
        return exitCode;
    }

    private void say(String sentence) {
        environment.err().println("randygpt: " + sentence);
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

    /** What is to go of a run, and says what stays although one might think that it goes. */
    private Optional<Doomed> doomed(RunOverview run, Optional<Instant> before) throws IOException {
        RunContents contents = RunContents.of(run.folder(), otherNames(run.folder()));
        if (before.isEmpty()) {
            return superfluous(run, contents);
        }
        if (!run.lastSaved().toInstant().isBefore(before.get())) {
            return Optional.empty();
        }
        if (!contents.kept().isEmpty()) {
            contents.kept()
                    .forEach((save, reason) -> say("%s stays as it is, since its save %s stays, for %s"
                            .formatted(run.folder(), save.getFileName(), reason)));
            return Optional.empty();
        }
        long bytes = bytes(run.generations());
        for (Path file : contents.files()) {
            bytes += Files.size(file);
        }
        String others = names(contents.others());
        if (!others.isEmpty()) {
            say("%s stays, for it holds something else: %s".formatted(run.folder(), others));
        }
        String what = others.isEmpty() ? "all of it" : "all but " + others;
        return Optional.of(new Doomed(run, true, bytes, what, contents.others()));
    }

    private Optional<Doomed> superfluous(RunOverview run, RunContents contents) {
        List<RunOverview.Generation> old = new ArrayList<>();
        for (RunOverview.Generation each : run.superfluous()) {
            String reason = contents.kept().get(each.folder());
            if (reason == null) {
                old.add(each);
            } else {
                say("%s stays, for %s".formatted(each.folder(), reason));
            }
        }
        String what = names(old.stream().map(RunOverview.Generation::folder).toList());
        return old.isEmpty() ? Optional.empty() : Optional.of(new Doomed(run, false, bytes(old), what, List.of()));
    }

    /** The names of the files in a run's folder that it has not saved but written all the same. */
    private static Set<String> otherNames(Path folder) throws IOException {
        Set<String> names = new HashSet<>(Set.of(SettingsFile.NAME, PlotCommand.USUAL_NAME));
        RunRecords.in(folder).forEach(file -> names.add(file.getFileName().toString()));
        return names;
    }

    private static String names(List<Path> paths) {
        return paths.stream().map(path -> String.valueOf(path.getFileName())).collect(Collectors.joining(", "));
    }

    private static long bytes(List<RunOverview.Generation> generations) {
        return generations.stream().mapToLong(RunOverview.Generation::bytes).sum();
    }

    /** Deletes what can be, takes the rest out of the list, and returns whether there is none. */
    private boolean delete(List<Doomed> doomed) {
        boolean all = true;
        for (Doomed each : List.copyOf(doomed)) {
            try {
                delete(each);
            } catch (IOException problem) {
                say(Failures.sentence(problem));
                doomed.remove(each);
                all = false;
            }
        }
        return all;
    }

    private static void delete(Doomed doomed) throws IOException {
        Path folder = doomed.run().folder();
        if (!doomed.whole()) {
            // Opening it checks what stays.
            try (RunFolder run = RunFolder.open(folder)) {
                run.deleteOldGenerations();
            }
            return;
        }
        RunFolder.delete(folder, otherNames(folder));
        if (doomed.others().isEmpty()) {
            Files.delete(folder);
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
                        ? "%s have been freed.".formatted(Formats.bytes(bytes))
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
                                "what", each.what(),
                                "stays",
                                        each.others().stream()
                                                .map(path -> String.valueOf(path.getFileName()))
                                                .toList()))
                        .toList());
        return all;
    }
}
