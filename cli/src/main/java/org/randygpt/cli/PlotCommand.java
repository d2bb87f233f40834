package org.randygpt.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.records.RunCurves;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt plot}. */
@Command(
        name = "plot",
        description =
                "Draws the curves of runs, finished or not: loss and validation, with what tables of n-grams lose,"
                        + " learning rate, gradient norm and throughput.",
        sortOptions = false,
        sortSynopsis = false,
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt plot                                 draws the newest run to curves.png in its folder",
            "  randygpt plot runs/a runs/b --out both.html   two runs in one page",
            "  randygpt plot runs/a --terminal"
        })
final class PlotCommand implements Callable<Integer> {
    static final String USUAL_NAME = "curves.png";
    private static final int USUAL_COLUMNS = 80;

    private final Environment environment;

    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "Folders of runs, or their names in runs. Default: the newest run")
    private List<String> names = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The picture: a name that ends in .png, .svg or .html. Default: curves.png in the folder of"
                    + " the first run")
    private @Nullable Path out;

    @Option(names = "--terminal", description = "Draw here, in characters, in place of a picture.")
    private boolean terminal;

    @Option(names = "--json", description = "Print all series as JSON, in place of a picture.")
    private boolean json;

    PlotCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        requireKnownKind();
        List<RunPlace> places = RunPlace.of(environment, names);
        Path file = out == null
                ? places.getFirst().folder().resolve(USUAL_NAME)
                : environment.folder().resolve(out);
        boolean drawn = out != null || !json && !terminal;
        if (drawn) {
            NewPlace.requireReplaceable(out == null ? file.toString() : "--out " + out, file);
        }
        RunCharts charts = charts(places);
        if (json) {
            environment.out().println(JsonObject.text(charts.json()));
        } else if (terminal) {
            int columns =
                    environment.screen().isTerminal() ? environment.screen().columns() : USUAL_COLUMNS;
            charts.lines(columns)
                    .forEach(
                            line -> environment.out().print(environment.screen().shown(line) + System.lineSeparator()));
        }
        if (drawn) {
            write(file, charts);
            if (!json) {
                environment.out().println("The curves are in %s".formatted(file));
            }
        }
        return 0;
    }

    private static RunCharts charts(List<RunPlace> places) {
        List<RunCharts.Run> runs = new ArrayList<>();
        for (RunPlace place : places) {
            try {
                runs.add(new RunCharts.Run(place.name(), RunCurves.read(place.folder())));
            } catch (IOException problem) {
                throw new BadInputException(Failures.sentence(problem), problem);
            }
        }
        return new RunCharts(runs);
    }

    private void requireKnownKind() {
        if (out != null && kind(out).isEmpty()) {
            throw new BadInputException(
                    "--out %s: its name must end in .png, .svg or .html, which says what it is to be".formatted(out));
        }
    }

    private static String kind(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".png") ? "png" : name.endsWith(".svg") ? "svg" : name.endsWith(".html") ? "html" : "";
    }

    private static void write(Path file, RunCharts charts) throws IOException {
        byte[] content = kind(file).equals("html")
                ? CurvesPage.of(charts).getBytes(StandardCharsets.UTF_8)
                : charts.picture().file(file.toString());
        AtomicFiles.write(file, to -> to.write(ByteBuffer.wrap(content)));
    }
}
