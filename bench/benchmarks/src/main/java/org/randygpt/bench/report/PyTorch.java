package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PyTorch, by a driver of ours.
 *
 * @param python command of a Python that can import it
 * @param version of PyTorch
 */
record PyTorch(String python, String version, Mode mode) implements Peer {

    /** Whether the model is compiled first. */
    enum Mode {
        EAGER,
        COMPILED
    }

    /**
     * Asks a Python for its PyTorch.
     *
     * @throws IOException when it has none
     */
    static String version(String python, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("pytorch.log");
        OtherProcess.run(List.of(python, "-c", "import torch; print(torch.__version__)"), Map.of(), log);
        List<String> lines = Files.readAllLines(log);
        if (lines.isEmpty()) {
            throw new IOException("%s printed no version of PyTorch; is it a Python?".formatted(python));
        }
        return lines.getLast();
    }

    @Override
    public String name() {
        return "PyTorch %s, %s".formatted(version, mode == Mode.EAGER ? "eager" : "torch.compile");
    }

    @Override
    public StepTimes train(ModelSize model, Setting setting) throws IOException, InterruptedException {
        Path result = setting.folder().resolve("pytorch.json");
        List<String> command = new ArrayList<>();
        command.add(python);
        command.add(DriverFile.copy("pytorch_driver.py", setting.folder()).toString());
        command.addAll(DriverFile.arguments(result, model, setting));
        command.add(Integer.toString(setting.all().count()));
        command.add(mode.name());
        OtherProcess.run(command, Map.of(), setting.folder().resolve("pytorch.log"));
        return StepTimes.read(result);
    }
}
