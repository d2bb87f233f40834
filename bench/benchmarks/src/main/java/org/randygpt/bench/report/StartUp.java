package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.Chart.Axis;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.bench.report.Chart.Series;

/** How soon training begins and is at full speed, and how large the program is. */
final class StartUp implements Subject {
    private final SmallTraining training;
    private final CliProcess program;

    /** Measured by these processes and the program as it is built. */
    StartUp(SmallTraining training) {
        this.training = training;
        program = CliProcess.ofProject();
    }

    @Override
    public String title() {
        return "Start";
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        List<TrainedProcess> processes = training.all(setting);
        List<Row> rows = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        rows.add(Row.of(
                "from the start of Java to the first step",
                median(processes, TrainedProcess::secondsToFirstStep),
                "s"));
        rows.add(Row.of("from the start of Java to full speed", median(processes, TrainedProcess::secondsToSpeed), "s")
                .asked("at most 3 s"));
        if (Files.isRegularFile(program.jar())) {
            double[] seconds = new double[setting.extent().processes()];
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = program.secondsToFirstStep(setting.folder());
            }
            rows.add(Row.of("from java -jar cli.jar train to its first step", Rounds.median(seconds), "s"));
            rows.add(Row.of("size of cli.jar", Files.size(program.jar()) / 1e6, "MB"));
        } else {
            notes.add(
                    "%s is missing, so that its start and size are not measured; build it by: mvn -q package -Dmaven.test.skip -pl cli -am"
                            .formatted(program.jar()));
        }
        return Section.of(
                        title(),
                        "Java: the processes of the training step, %s, from their launch to the end of a step. Full speed: the start of the first"
                                        .formatted(Setting.describe(setting.all()))
                                + " step within 10 % of the steady one from which on five steps have a median within 10 %, too."
                                + " cli.jar: its usual model on a text of 20,000 letters for a single step; the launcher, a second JVM and the"
                                + " peak that it measures are a part, and so is a validation of 2,000 letters, after which it tells of"
                                + " the step. It needs nothing beside it but a JDK. Medians of %d processes. Drawn: the first process."
                                        .formatted(setting.extent().processes()),
                        rows)
                .withNotes(notes)
                .withCharts(chart(processes.getFirst()));
    }

    private static Chart chart(TrainedProcess process) {
        return new Chart(
                "Steps from the start of Java on",
                new Axis("s since the start", Scale.LINEAR),
                new Axis("ms a step", Scale.LOGARITHMIC),
                List.of(new Series(SmallTraining.MODEL.description(), Look.POINTS, process.course())));
    }

    private static double median(List<TrainedProcess> processes, ToDoubleFunction<TrainedProcess> figure) {
        return Rounds.median(processes.stream().mapToDouble(figure).toArray());
    }
}
