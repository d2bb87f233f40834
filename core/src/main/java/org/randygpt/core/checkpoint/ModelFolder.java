package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.CharTokenizer;

/**
 * A model as a folder that Hugging Face's software opens: config.json, model.safetensors, tokenizer.json and
 * tokenizer_config.json. What is wrong with a folder is thrown as an {@link IOException} that names the file, the key
 * or tensor, and both values.
 */
public final class ModelFolder {

    private ModelFolder() {}

    /**
     * Writes a model; the folder is made if it is not there, and other files in it stay. Each file is replaced
     * atomically, config.json last, so that a new folder that has one is complete.
     *
     * @throws IllegalArgumentException when the tokenizer is of a kind that cannot be written
     */
    public static void save(Path folder, SavedModel model) throws IOException {
        save(folder, model, Map.of());
    }

    /** Writes a model, and texts about its weights that change together with them: into the metadata of their file. */
    public static void save(Path folder, SavedModel model, Map<String, String> metadata) throws IOException {
        if (!(model.tokenizer() instanceof CharTokenizer tokenizer)) {
            throw new IllegalArgumentException("a %s cannot be written to a model folder; a CharTokenizer can"
                    .formatted(model.tokenizer().getClass().getSimpleName()));
        }
        Files.createDirectories(folder);
        TokenizerFile.write(folder, tokenizer, model.config().context());
        WeightsFile.write(folder, model.config(), model.parameters(), metadata);
        ConfigFile.write(folder, model.config(), tokenizer);
    }

    /** Reads a model of a supported family. */
    public static SavedModel load(Path folder) throws IOException {
        GptConfig config = readConfig(folder);
        CharTokenizer tokenizer = TokenizerFile.read(folder);
        ConfigFile.requireSameVocabulary(folder, tokenizer);
        return new SavedModel(config, readParameters(folder, config), tokenizer);
    }

    /** Reads the shape of a model. */
    public static GptConfig readConfig(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("%s is not a folder; a model is a folder with %s".formatted(folder, files()));
        }
        if (!Files.exists(folder.resolve(ConfigFile.NAME))) {
            throw new IOException(
                    "%s has no %s; a model is a folder with %s".formatted(folder, ConfigFile.NAME, files()));
        }
        return ConfigFile.read(folder);
    }

    /** Reads the shape of a model and throws when its weights are not of that shape; they are not read. */
    public static GptConfig readConfigOfWeights(Path folder) throws IOException {
        GptConfig config = readConfig(folder);
        WeightsFile.requireShapes(folder, config);
        return config;
    }

    /** Reads the weights of a model of the given shape. */
    public static Parameters readParameters(Path folder, GptConfig config) throws IOException {
        return WeightsFile.read(folder, config);
    }

    /** Reads the texts about the weights of a model; empty where there are none. */
    public static Map<String, String> readMetadata(Path folder) throws IOException {
        return WeightsFile.readMetadata(folder);
    }

    /** Whether there is a model in a folder: not whether it can be read. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(ConfigFile.NAME));
    }

    /**
     * When the model in a folder was last written.
     *
     * @throws IOException when there is none
     */
    public static FileTime lastSaved(Path folder) throws IOException {
        FileTime config = Files.getLastModifiedTime(folder.resolve(ConfigFile.NAME));
        FileTime weights = Files.getLastModifiedTime(folder.resolve(WeightsFile.NAME));
        return config.compareTo(weights) > 0 ? config : weights;
    }

    private static String files() {
        return String.join(", ", ConfigFile.NAME, WeightsFile.NAME, TokenizerFile.NAME);
    }
}
