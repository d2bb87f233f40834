package org.randygpt.bench.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Rust program of the same name, whose model has the shape that it was built with: whoever passes it sees to it
 * that this is the small GPT-2's. It prints a line every so many steps, by whose times it is measured.
 */
record RustRandyGpt(Path program) implements Peer {
    private static final Pattern LINE = Pattern.compile("Iter\\s+(\\d{1,18})\\b.*");

    /** It may take seconds for a step, and reports every 25 to 100. */
    private static final Duration TIME = Duration.ofSeconds(60);

    private static final int CHARACTERS = 200_000;

    /** Lines wanted: the first one ends the warm-up. */
    private static final int LINES = 3;

    @Override
    public String name() {
        return "the Rust randyGPT";
    }

    @Override
    public StepTimes train(ModelSize model, Setting setting) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(setting.folder().resolve("rust"));
        Files.writeString(folder.resolve("train.txt"), text(model));
        Process process = new ProcessBuilder(program.toAbsolutePath().toString(), "--iters", "1000")
                .directory(folder.toFile())
                .redirectError(folder.resolve("rust.log").toFile())
                .start();
        Thread limit = Thread.ofVirtual().start(() -> end(process));
        try (BufferedReader output = process.inputReader()) {
            return times(output);
        } finally {
            OtherProcess.end(process);
            limit.interrupt();
        }
    }

    private static void end(Process process) {
        try {
            Thread.sleep(TIME);
            OtherProcess.end(process);
        } catch (InterruptedException measured) {
            // It has been ended already.
        }
    }

    /** Mean times of a step between every two progress lines, once there are enough of them or no more. */
    static StepTimes times(BufferedReader output) throws IOException {
        List<Long> nanos = new ArrayList<>();
        long lastStep = -1;
        long lastTime = 0;
        for (String line = output.readLine(); line != null && nanos.size() < LINES; line = output.readLine()) {
            Optional<Long> step = step(line);
            if (step.isPresent()) {
                long now = System.nanoTime();
                if (lastStep >= 0) {
                    nanos.add((now - lastTime) / Math.max(1, step.get() - lastStep));
                }
                lastStep = step.get();
                lastTime = now;
            }
        }
        if (nanos.isEmpty()) {
            throw new IOException("the Rust program printed no two lines that begin with Iter and a number within %d s"
                    .formatted(TIME.toSeconds()));
        }
        return new StepTimes(nanos);
    }

    /** The step that a line of progress tells of. */
    static Optional<Long> step(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }

    /** As many different characters as the model's vocabulary has, the two ends of a text apart. */
    private static String text(ModelSize model) {
        StringBuilder text = new StringBuilder();
        for (int token : Samples.tokens(CHARACTERS, model.config().vocabSize() - 2)) {
            text.append((char) ('?' + token));
        }
        return text.toString();
    }
}
