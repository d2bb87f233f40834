package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs programs beside this one. */
final class OtherProcess {
    private OtherProcess() {}

    /** The command of a Java program of this class path, in a JVM with the options of this one; to be added to. */
    static List<String> java(Class<?> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Machine.javaOptions());
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), program.getName()));
        return command;
    }

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
        // Whoever ends this program means what it has started, too.
        Thread atTheEnd = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(atTheEnd);
        int exitCode;
        try {
            exitCode = process.waitFor();
        } finally {
            end(process);
            forget(atTheEnd);
        }
        if (exitCode != 0) {
            throw new IOException("%s ended with exit code %d, having printed %s; see %s"
                    .formatted(command.getFirst(), exitCode, lastLine(log), log));
        }
    }

    /** Ends a program and all that it has started. */
    static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It is running.
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "nothing" : "'" + lines.getLast().strip() + "'";
    }
}
