package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongConsumer;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;

/**
 * A model as a folder that Hugging Face's software opens: config.json, model.safetensors, tokenizer.json and
 * tokenizer_config.json. It may be named by a {@link FolderName}. What is wrong with a folder is thrown as an
 * {@link IOException} that names the file, the key or tensor, and both values.
 */
public final class ModelFolder {

    private static final List<String> FOR_OTHERS = List.of(
            "generation_config.json",
            "chat_template.jinja",
            "special_tokens_map.json",
            Gpt2TokenizerFiles.VOCABULARY,
            Gpt2TokenizerFiles.MERGES,
            TokenizerFile.NAME,
            TokenizerFile.SETTINGS_NAME,
            WeightsFile.NAME,
            ConfigFile.NAME);

    private ModelFolder() {}

    /**
     * Writes a model; the folder is made if it is not there, and other files in it stay. Each file is replaced
     * atomically, config.json last, so that a new folder that has one is complete.
     *
     * @throws IllegalArgumentException when the tokenizer is of a kind that cannot be written
     */
    public static void save(Path folder, SavedModel model) throws IOException {
        SequencedMap<String, FileContent> files =
                files(model, model.parameters().values());
        Files.createDirectories(folder);
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            AtomicFiles.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /**
     * The files of a model by their names, config.json last.
     *
     * @param weights to write instead of the model's, laid out as they are: they themselves, or a copy
     * @throws IllegalArgumentException when the tokenizer is of a kind that cannot be written
     */
    public static SequencedMap<String, FileContent> files(SavedModel model, float[] weights) {
        return files(ModelSource.of(model, weights));
    }

    /**
     * As {@link #files(SavedModel, float[])}, of a model whose weights are fetched while they are written: the file
     * with them can be written while the source is open.
     */
    public static SequencedMap<String, FileContent> files(ModelSource model) {
        Tokenizer tokenizer = model.tokenizer();
        SequencedMap<String, FileContent> files = new LinkedHashMap<>();
        files.put(TokenizerFile.NAME, TokenizerFile.of(tokenizer));
        files.put(
                TokenizerFile.SETTINGS_NAME,
                TokenizerFile.settings(tokenizer, model.config().context()));
        files.put(WeightsFile.NAME, WeightsFile.of(model));
        files.put(ConfigFile.NAME, ConfigFile.of(model.config(), tokenizer));
        return files;
    }

    /**
     * Those files of a folder that others need to use its model, as they are: not what training goes on from.
     *
     * @param model of that folder, whose weights come together where they are in several files
     * @param progress gets the number of bytes after each part of the files that is copied
     * @return by their names, config.json last
     */
    public static SequencedMap<String, FileContent> filesForOthers(Path path, ModelSource model, LongConsumer progress)
            throws IOException {
        Path folder = FolderName.follow(path);
        SequencedMap<String, FileContent> files = new LinkedHashMap<>();
        for (String name : FOR_OTHERS) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.put(name, FileContent.ofFile(file, progress));
            } else if (name.equals(WeightsFile.NAME)) {
                files.put(name, WeightsFile.of(model));
            }
        }
        return files;
    }

    /**
     * Reads every byte of a folder that has checksums beside its files, as a run's saves do, and throws
     * {@link IOException} unless all are as they were written; it names the file, and what to use instead. A folder
     * without checksums has nothing to be compared with.
     */
    public static void requireWhole(Path path) throws IOException {
        requireWhole(path, _ -> {});
    }

    /**
     * As {@link #requireWhole(Path)}.
     *
     * @param progress gets the number of bytes after each part of them
     */
    public static void requireWhole(Path path, LongConsumer progress) throws IOException {
        Path folder = FolderName.follow(path);
        if (!Files.exists(folder.resolve(SealedFolder.LIST))) {
            return;
        }
        try {
            SealedFolder.verify(folder, progress);
        } catch (IOException damaged) {
            Optional<String> other = SealedFolder.beside(folder);
            throw new IOException(
                    other.isEmpty()
                            ? "%s; use another model".formatted(damaged.getMessage())
                            : "%s; use another save, such as %s beside it".formatted(damaged.getMessage(), other.get()),
                    damaged);
        }
    }

    /** Reads a model of a supported family. */
    public static SavedModel load(Path path) throws IOException {
        Path folder = FolderName.follow(path);
        GptConfig config = readConfig(folder);
        Tokenizer tokenizer = TokenizerFolder.load(folder);
        ConfigFile.requireSameVocabulary(folder, tokenizer);
        return new SavedModel(config, readParameters(folder, config), tokenizer);
    }

    /** Reads the shape of a model. */
    public static GptConfig readConfig(Path path) throws IOException {
        Path folder = FolderName.follow(path);
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
    public static GptConfig readConfigOfWeights(Path path) throws IOException {
        Path folder = FolderName.follow(path);
        GptConfig config = readConfig(folder);
        WeightsFile.requireShapes(folder, config);
        return config;
    }

    /** Reads the weights of a model of the given shape. */
    public static Parameters readParameters(Path folder, GptConfig config) throws IOException {
        return WeightsFile.read(folder, config);
    }

    /**
     * What tells weights from any others: SHA-256 of model.safetensors as it is stored, or of the list of the several
     * files that large models come in.
     */
    public static String sha256OfWeights(Path path) throws IOException {
        try (WeightShards shards = WeightShards.open(FolderName.follow(path))) {
            return shards.sha256();
        }
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
