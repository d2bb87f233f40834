package org.randygpt.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.randygpt.bench.regression.RegressionCheck;
import org.randygpt.bench.report.Report;
import org.randygpt.bench.report.ReportOptions;

/** Writes the report, or runs single benchmarks. */
public final class Main {
    private static final int FAILED = 1;
    private static final int BAD_INPUT = 2;
    private static final String CHECK = "check";
    private static final String UPDATE = "--update";

    private static final String HELP = """
            without words                              the quick report
            full                                       the whole one, hours
            --python PATH --llm-c PATH --randygpt PATH other programs beside us, with or without full
            check                                      what became slower than bench/baseline.json says
            check --update                             makes what is measured now the baseline of this machine
            -l, -h, Sgemm -p size=1024 and so on       JMH's: benchmarks, options, single ones
            """;

    private Main() {}

    /**
     * Without arguments a quick report; with {@code full} or a path to a peer a report as asked; with {@code check} a
     * comparison with the committed ratios; anything else is for JMH, of which {@code -h} lists the options.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, URISyntaxException {
        System.setProperty("java.awt.headless", "true");
        Locale.setDefault(Locale.ROOT);
        List<String> words = List.of(arguments);
        if (words.equals(List.of("--help"))) {
            System.out.print(HELP);
            return;
        }
        if (!words.isEmpty() && words.getFirst().equals(CHECK)) {
            System.exit(exitCode(() -> check(words.subList(1, words.size()))));
            return;
        }
        if (!ReportOptions.match(words)) {
            org.openjdk.jmh.Main.main(arguments);
            return;
        }
        ReportOptions options;
        try {
            options = ReportOptions.parse(words);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(BAD_INPUT);
            return;
        }
        String command = "mvn -pl bench exec:java"
                + (words.isEmpty() ? "" : " -Dexec.args=\"%s\"".formatted(String.join(" ", words)));
        Path folder = bench().resolve("target/report");
        System.exit(exitCode(() -> {
            Report.run(options, command, folder, System.out);
            return 0;
        }));
    }

    /** Something that ends with an exit code. */
    private interface Work {
        int run() throws IOException, InterruptedException, URISyntaxException;
    }

    /** What a file has to do with goes without a stack trace: the message names it. */
    private static int exitCode(Work work) throws InterruptedException, URISyntaxException {
        try {
            return work.run();
        } catch (IOException problem) {
            System.err.println(problem instanceof FileSystemException ? problem.toString() : problem.getMessage());
            return FAILED;
        }
    }

    private static int check(List<String> words) throws IOException, URISyntaxException {
        RegressionCheck check = new RegressionCheck(bench().resolve("baseline.json"), System.out);
        if (words.isEmpty()) {
            return check.run() ? 0 : FAILED;
        }
        if (words.equals(List.of(UPDATE))) {
            check.update();
            return 0;
        }
        System.err.printf("'%s' is unknown to check; it takes %s or nothing%n", String.join(" ", words), UPDATE);
        return BAD_INPUT;
    }

    /** The folder bench, wherever Maven was started: this runs from bench/benchmarks/target/benchmarks.jar. */
    private static Path bench() throws URISyntaxException {
        Path jar = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.resolve("../../..").normalize();
    }
}
