package org.randygpt.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.kernels.Workers;

/**
 * All that one run measured.
 *
 * @param command what was typed
 * @param machine what it ran on
 * @param sections one for each subject
 */
public record Report(String command, Map<String, Object> machine, List<Section> sections) {

    /**
     * Measures every subject, prints the summary, and writes report.md, report.json and report.html.
     *
     * @param command what was typed, for the files
     * @param folder for the files
     */
    public static void run(ReportOptions options, String command, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        Map<String, Object> machine = Machine.describe();
        List<Section> sections = new ArrayList<>();
        try (Workers alone = new Workers(1);
                Workers all = new Workers(Runtime.getRuntime().availableProcessors())) {
            Setting setting =
                    new Setting(options.extent(), alone, all, Files.createDirectories(folder.resolve("work")));
            for (Subject subject : subjects(options)) {
                out.println("Measuring: " + subject.title());
                sections.add(subject.measure(setting));
            }
        }
        machine.put("load after", Machine.load());
        machine.put("minutes", Duration.ofNanos(System.nanoTime() - started).toSeconds() / 60.0);
        Report report = new Report(command, machine, sections);
        Files.writeString(folder.resolve("report.md"), report.markdown());
        Files.writeString(folder.resolve("report.html"), HtmlPage.of(report));
        JsonObject.write(folder.resolve("report.json"), report.json());
        out.print(report.summary());
        out.printf("%nAll figures, with pictures: %s%n", folder.resolve("report.html"));
    }

    private static List<Subject> subjects(ReportOptions options) {
        SmallTraining training = new SmallTraining();
        List<Subject> subjects = new ArrayList<>(List.of(
                new SeedRun(),
                new Roofs(),
                new MatrixProducts(),
                new TrainingSteps(training),
                new StartUp(training),
                new Roofline(),
                new Attention(),
                new MemoryBoundKernels(),
                new Growth(),
                new Generation(),
                new Peers(options)));
        if (options.extent() == Extent.FULL) {
            subjects.add(new LargeModel());
            subjects.add(new SingleBenchmarks());
        }
        return subjects;
    }

    /** The chosen figures as a table for a terminal. */
    String summary() {
        StringBuilder text = new StringBuilder();
        for (Section section : sections) {
            text.append("%n%s%n".formatted(section.title()));
            section.tables().forEach(table -> text.append(table.text()));
            for (Row row : section.summary()) {
                text.append("  %-58s %16s   %s%s"
                        .formatted(row.name(), row.figure(), row.ratio(), asked(row))
                        .stripTrailing());
                text.append(System.lineSeparator());
            }
            section.notes().forEach(note -> text.append("  %s%n".formatted(note)));
        }
        return text.toString();
    }

    private static String asked(Row row) {
        return row.bar().isEmpty() ? "" : " (asked: %s)".formatted(row.bar());
    }

    /** Everything for people. */
    String markdown() {
        StringBuilder text = new StringBuilder("# Report\n\n`%s`\n\n| machine | |\n|---|---|\n".formatted(command));
        machine.forEach((name, fact) -> text.append("| %s | %s |\n".formatted(name, fact)));
        for (Section section : sections) {
            text.append("\n## %s\n\n%s\n".formatted(section.title(), section.method()));
            section.notes().forEach(note -> text.append("\n- %s\n".formatted(note)));
            section.tables().forEach(table -> text.append(table.markdown()));
            appendTable(text, section.summary());
            appendTable(text, section.details());
        }
        return text.toString();
    }

    private static void appendTable(StringBuilder text, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append("\n| what | figure | ratio | asked |\n|---|---:|---|---|\n");
        for (Row row : rows) {
            text.append("| %s | %s | %s | %s |\n".formatted(row.name(), row.figure(), row.ratio(), row.bar()));
        }
    }

    /** Everything for programs. */
    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", command);
        object.put("machine", machine);
        object.put("sections", sections.stream().map(Section::json).toList());
        return object;
    }
}
