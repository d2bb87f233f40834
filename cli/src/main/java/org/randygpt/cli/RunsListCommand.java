package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt runs list}. */
@Command(
        name = "list",
        description = "Lists the runs in a folder: how large, how far and how good they are.",
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%n")
final class RunsListCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The folder that runs are in. Default: runs")
    private @Nullable Path folder;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    RunsListCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return list(
                environment,
                folder == null
                        ? new RunFolders(environment.folder()).folder()
                        : environment.folder().resolve(folder),
                json);
    }

    /** Lists the runs in a folder, and returns the exit code. */
    static int list(Environment environment, Path folder, boolean json) {
        List<RunSummary> runs = in(folder, environment);
        Output out = environment.out();
        if (json) {
            out.println(JsonObject.text(
                    Map.of("runs", runs.stream().map(RunSummary::json).toList())));
        } else if (runs.isEmpty()) {
            out.println("There are no runs in %s; randygpt train begins one.".formatted(folder));
        } else {
            TextTable table = new TextTable(RunSummary.TITLES);
            runs.forEach(run -> table.add(run.cells()));
            table.print(out);
        }
        return 0;
    }

    /** The runs in a folder by their names; one that cannot be read is told and left out. */
    static List<RunSummary> in(Path folder, Environment environment) {
        List<RunSummary> runs = new ArrayList<>();
        for (Path each : folders(folder, environment)) {
            try {
                RunSummary.of(new RunPlace(each.getFileName().toString(), each)).ifPresent(runs::add);
            } catch (IOException damaged) {
                environment.err().println("randygpt: " + Failures.sentence(damaged));
            }
        }
        return runs;
    }

    private static List<Path> folders(Path folder, Environment environment) {
        if (!Files.isDirectory(folder)) {
            if (folder.equals(new RunFolders(environment.folder()).folder())) {
                return List.of();
            }
            throw new BadInputException("%s: there is no such folder".formatted(folder));
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(Files::isDirectory).sorted().toList();
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }
}
