package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.randygpt.core.checkpoint.FolderName;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;

/**
 * A model that a run trains on.
 *
 * @param folder that it is in: absolute, and not one that a file stands for and may stand for another tomorrow
 * @param sha256 of its weights as they are stored
 */
record InitialModel(SavedModel model, Path folder, String sha256) {

    /**
     * Reads a model.
     *
     * @param file of settings that names the folder; empty if the command line does
     * @param expected SHA-256 of its weights when another run trained it on, if anyone knows
     * @throws BadInputException when it is not there, damaged, or another model
     */
    static InitialModel read(Path path, String file, Optional<String> expected) {
        try {
            ModelFolder.requireWhole(path);
            Path folder = FolderName.follow(path).toAbsolutePath().normalize();
            SavedModel model = ModelFolder.load(folder);
            String sha256 = ModelFolder.sha256OfWeights(folder);
            if (expected.isPresent() && !expected.get().equalsIgnoreCase(sha256)) {
                throw new BadInputException(
                        "--config %s: the model in %s is not the one any more that this run began with: the SHA-256 of its weights is %s, and was %s; say with --init where that model is, or which other to train on"
                                .formatted(file, path, sha256, expected.get()));
            }
            return new InitialModel(model, folder, sha256);
        } catch (IOException problem) {
            throw new BadInputException(
                    file.isEmpty()
                            ? "--init: " + Failures.sentence(problem)
                            : "--config %s: the model that this run began with cannot be read: %s; say with --init where it is now"
                                    .formatted(file, Failures.sentence(problem)),
                    problem);
        }
    }
}
