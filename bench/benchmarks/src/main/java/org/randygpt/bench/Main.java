package org.randygpt.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.randygpt.bench.report.Report;
import org.randygpt.bench.report.ReportOptions;

/** Writes the report, or runs single benchmarks. */
public final class Main {
    private static final int BAD_INPUT = 2;

    private Main() {}

    /**
     * Without arguments a quick report; with {@code full} or a path to a peer a report as asked; anything else is for
     * JMH, of which {@code -h} lists the options.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, URISyntaxException {
        List<String> words = List.of(arguments);
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
        Report.run(options, command, folder(), System.out);
    }

    /** bench/target/report, wherever Maven was started: this runs from bench/benchmarks/target/benchmarks.jar. */
    private static Path folder() throws URISyntaxException {
        Path jar = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return jar.resolve("../../../target/report").normalize();
    }
}
