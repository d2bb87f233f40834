package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * llm.c's CPU trainer, compiled with a main of ours that gives the model our shape.
 *
 * @param program the compiled driver
 */
record LlmC(Path program) implements Peer {
    private static final String SOURCE = "train_gpt2.c";

    /**
     * Compiles it.
     *
     * @param checkout folder with llm.c's sources
     * @throws IOException when that does not work
     */
    static LlmC compile(Path checkout, Path folder) throws IOException, InterruptedException {
        if (!Files.isRegularFile(checkout.resolve(SOURCE))) {
            throw new IOException("%s has no %s: --llm-c takes a checkout of llm.c".formatted(checkout, SOURCE));
        }
        Path driver = DriverFile.copy("llmc_driver.c", folder);
        Path program = folder.resolve("llmc_driver");
        OtherProcess.run(
                List.of(
                        "cc",
                        "-O3",
                        "-march=native",
                        "-ffast-math",
                        "-fopenmp",
                        "-DOMP",
                        "-I" + checkout.toAbsolutePath(),
                        "-o",
                        program.toString(),
                        driver.toString(),
                        "-lm"),
                Map.of(),
                folder.resolve("llmc.log"));
        return new LlmC(program);
    }

    @Override
    public String name() {
        return "llm.c";
    }

    @Override
    public StepTimes train(ModelSize model, Setting setting) throws IOException, InterruptedException {
        Path result = setting.folder().resolve("llmc.json");
        List<String> command = new ArrayList<>(List.of(program.toAbsolutePath().toString()));
        command.addAll(DriverFile.arguments(result, model, setting));
        OtherProcess.run(
                command,
                Map.of("OMP_NUM_THREADS", Integer.toString(setting.all().count())),
                setting.folder().resolve("llmc.log"));
        return StepTimes.read(result);
    }
}
