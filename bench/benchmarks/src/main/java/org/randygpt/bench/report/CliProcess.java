package org.randygpt.bench.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The program as its users start it.
 *
 * @param jar cli.jar, which holds all that it needs
 */
record CliProcess(Path jar) {
    private static final int CHARACTERS = 20_000;
    private static final int LETTERS = 26;

    /** The line of a step of training. */
    private static final String STEP = "step ";

    /** That of the project that this is a part of, built or not. */
    static CliProcess ofProject() {
        try {
            Path here = Path.of(CliProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            // benchmarks.jar or its classes, in bench/benchmarks/target.
            return new CliProcess(here.resolve("../../../../cli/target/cli.jar").normalize());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Seconds from the start of Java until it has said what its first step of training was like. */
    double secondsToFirstStep(Path folder) throws IOException, InterruptedException {
        Path text = folder.resolve("letters.txt");
        Files.writeString(text, letters());
        Path run = Files.createTempDirectory(folder, "run");
        Path log = folder.resolve("cli.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "train",
                "--data",
                text.toString(),
                "--out",
                run.resolve("model").toString(),
                "--iters",
                "1",
                "--sample-tokens",
                "0");
        long started = System.nanoTime();
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        try (BufferedReader output = process.inputReader()) {
            waitForStep(output, log);
            double seconds = (System.nanoTime() - started) / 1e9;
            output.transferTo(Writer.nullWriter());
            var _ = process.waitFor();
            return seconds;
        } finally {
            process.destroy();
            TrainingProcess.delete(run);
        }
    }

    /** Reads until a line tells of a step; throws if there is none. */
    static void waitForStep(BufferedReader output, Path log) throws IOException {
        String last = "nothing";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(STEP)) {
                return;
            }
            last = line.isBlank() ? last : "'" + line.strip() + "'";
        }
        throw new IOException("the program told of no step, having printed %s; see %s".formatted(last, log));
    }

    private static String letters() {
        StringBuilder text = new StringBuilder();
        for (int letter : Samples.tokens(CHARACTERS, LETTERS)) {
            text.append((char) ('a' + letter));
        }
        return text.toString();
    }
}
