package org.randygpt.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.randygpt.cli.Finding.Verdict;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code randygpt doctor}. */
@Command(
        name = "doctor",
        description =
                "Looks at Java, processor, memory and folders, measures what the machine can do in some seconds, and"
                        + " says what to do where something is wrong.",
        optionListHeading = "%n",
        footer = {"", "Examples:", "  randygpt doctor", "  randygpt doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    private final Environment environment;
    private final Host host;

    @Option(names = "--json", description = "Write a JSON object.")
    private boolean json;

    DoctorCommand(Environment environment, Host host) {
        this.environment = environment;
        this.host = host;
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        Consumer<Finding> found = finding -> {
            findings.add(finding);
            if (!json) {
                print(finding);
            }
        };
        new JavaExamination().examine().forEach(found);
        new MachineExamination(host).examine().forEach(found);
        // One by one: they take their time.
        new SpeedExamination().examine().map(measurement -> measurement.get()).forEach(found);
        new PlaceExamination(environment, host).examine().forEach(found);
        boolean works = findings.stream().noneMatch(finding -> finding.verdict() == Verdict.MISSING);
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("ok", works);
            object.put("findings", findings.stream().map(Finding::json).toList());
            environment.out().println(JsonObject.text(object));
        } else {
            environment.out().println("");
            environment.out().println(summary(findings, works));
        }
        return works ? 0 : Failures.FAILED;
    }

    private static String summary(List<Finding> findings, boolean works) {
        long warnings = findings.stream()
                .filter(finding -> finding.verdict() == Verdict.WARNING)
                .count();
        if (!works) {
            return "Something that is needed is missing; see above.";
        }
        return warnings == 0 ? "All is well." : "All works; %s.".formatted(Formats.count(warnings, "warning"));
    }

    private void print(Finding finding) {
        Ansi ansi = Colors.of(environment.screen(), host.variables());
        String style = switch (finding.verdict()) {
            case OK -> "green";
            case OPTIONAL, UNKNOWN -> "faint";
            case WARNING -> "yellow";
            case MISSING -> "red,bold";
        };
        String verdict = ansi.string("@|%s %-9s|@".formatted(style, Choices.name(finding.verdict())));
        environment.out().println("%s %-14s %s".formatted(verdict, finding.subject(), finding.text()));
        if (!finding.remedy().isEmpty()) {
            environment.out().println("%25s%s".formatted("", finding.remedy()));
        }
    }
}
