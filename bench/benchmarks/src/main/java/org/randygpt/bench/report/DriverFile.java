package org.randygpt.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.randygpt.core.model.GptConfig;

/** The small programs that make peers train what we train. They write {"step_nanos": [...]} as our own process does. */
final class DriverFile {
    private DriverFile() {}

    /** Copies a driver of this package to a folder. */
    static Path copy(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream from = Objects.requireNonNull(DriverFile.class.getResourceAsStream(name), name)) {
            Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** What all drivers are told: where to write, the model's shape, the batch, and seconds to train for. */
    static List<String> arguments(Path result, ModelSize model, Setting setting) {
        GptConfig config = model.config();
        return List.of(
                result.toAbsolutePath().toString(),
                Integer.toString(config.vocabSize()),
                Integer.toString(config.context()),
                Integer.toString(config.width()),
                Integer.toString(config.layers()),
                Integer.toString(config.heads()),
                Integer.toString(model.batch()),
                Long.toString(setting.extent().trainingTime(model).toSeconds()));
    }
}
