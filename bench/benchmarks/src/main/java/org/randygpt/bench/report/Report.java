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
            List<Subject> subjects = subjects(options);
            for (Subject subject : subjects) {
                out.printf("Measuring %d of %d: %s%n", sections.size() + 1, subjects.size(), subject.title());
                sections.add(measure(subject, setting));
                machine.put("load after", Machine.load());
                machine.put("minutes", minutes(System.nanoTime() - started));
                new Report(command, machine, sections).write(folder);
            }
        }
        out.print(new Report(command, machine, sections).summary());
        out.printf("%nAll figures, with pictures: %s%n", folder.resolve("report.html"));
    }

    /** What fails costs its own section and no other. */
    static Section measure(Subject subject, Setting setting) throws InterruptedException {
        try {
            return subject.measure(setting);
        } catch (IOException | RuntimeException problem) {
            return Section.of(subject.title(), "", List.of()).withNotes(List.of("failed: " + problem));
        }
    }

    private static double minutes(long nanos) {
        return Math.round(Duration.ofNanos(nanos).toSeconds() / 6.0) / 10.0;
    }

    private void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("report.html"), HtmlPage.of(this));
        JsonObject.write(folder.resolve("report.json"), json());
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
                new Tokens(options),
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
