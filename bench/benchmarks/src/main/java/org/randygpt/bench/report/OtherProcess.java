package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs programs beside this one. */
final class OtherProcess {
    private OtherProcess() {}

    /**
     * Runs a program to its end.
     *
     * @param log receives what it prints
     * @throws IOException when it cannot be started or fails; says what it printed last
     */
    static void run(List<String> command, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        int exitCode;
        try {
            exitCode = process.waitFor();
        } finally {
            process.destroy();
        }
        if (exitCode != 0) {
            throw new IOException("%s ended with exit code %d, having printed %s; see %s"
                    .formatted(command.getFirst(), exitCode, lastLine(log), log));
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "nothing" : "'" + lines.getLast().strip() + "'";
    }
}
