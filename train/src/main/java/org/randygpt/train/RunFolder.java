package org.randygpt.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Parameters;

/**
 * Where a run writes. The folder itself is a model folder with the best model so far; {@code checkpoints/step-N} is one
 * too, with the latest model, and holds beside it what resuming needs. A checkpoint appears at once and whole: it is
 * written under another name first. A killed run leaves what was there before.
 */
public final class RunFolder {
    private static final String CHECKPOINTS = "checkpoints";
    private static final String PREFIX = "step-";

    private final Path folder;

    private RunFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * A folder for a new run, which may exist but must not hold a model or a run.
     *
     * @throws FileAlreadyExistsException when it does
     */
    public static RunFolder create(Path folder) throws IOException {
        for (String taken : List.of("config.json", "model.safetensors", "tokenizer.json", CHECKPOINTS)) {
            if (Files.exists(folder.resolve(taken))) {
                throw new FileAlreadyExistsException(folder.toString(), taken, "it holds another run or model");
            }
        }
        Files.createDirectories(folder);
        return new RunFolder(folder);
    }

    /**
     * The folder of a run that has been stopped.
     *
     * @throws NoSuchFileException when there is no checkpoint in it
     */
    public static RunFolder open(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder);
        if (run.latest().isEmpty()) {
            throw new NoSuchFileException(
                    folder.toString(), null, "there is no " + CHECKPOINTS + "/" + PREFIX + "N in it to resume from");
        }
        return run;
    }

    /** The folder itself: the best model. */
    public Path path() {
        return folder;
    }

    /** Reads the model of the latest checkpoint. */
    public SavedModel latestModel() throws IOException {
        return ModelFolder.load(latest().orElseThrow());
    }

    /** Reads the state of the latest checkpoint. */
    public RunState latestState() throws IOException {
        Path checkpoint = latest().orElseThrow();
        return StateFile.read(checkpoint, step(checkpoint));
    }

    /** Reads the moments of the latest checkpoint into an optimizer. */
    void restore(AdamW optimizer, Parameters parameters) throws IOException {
        OptimizerFile.read(latest().orElseThrow(), optimizer, parameters);
    }

    /**
     * Keeps other processes from training in this folder until the result is closed.
     *
     * @throws IOException when one does already
     */
    Closeable lock() throws IOException {
        Path file = folder.resolve(".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            return () -> {
                Files.deleteIfExists(file);
                channel.close();
            };
        } catch (OverlappingFileLockException taken) {
            channel.close();
            throw new IOException(
                    "%s: another run is training there; wait for its end, or use another folder".formatted(folder),
                    taken);
        }
    }

    /** Replaces the best model. */
    void saveBest(SavedModel model) throws IOException {
        ModelFolder.save(folder, model);
    }

    /** Whether a best model has been written. */
    boolean hasBest() {
        return Files.exists(folder.resolve("config.json"));
    }

    /** Writes a checkpoint, and deletes those before it. */
    void saveCheckpoint(SavedModel model, AdamW optimizer, RunState state) throws IOException {
        Path checkpoints = folder.resolve(CHECKPOINTS);
        Path target = checkpoints.resolve(PREFIX + state.step());
        Path temporary = checkpoints.resolve("." + PREFIX + state.step() + ".tmp");
        delete(temporary);
        Files.createDirectories(temporary);
        try {
            ModelFolder.save(temporary, model);
            OptimizerFile.write(temporary, optimizer, model.parameters());
            StateFile.write(temporary, state);
            // The same step again: the old one has the same content.
            delete(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            // The new name reaches the disk before the old checkpoints leave it.
            AtomicFiles.force(checkpoints);
        } finally {
            delete(temporary);
        }
        for (Path other : entries()) {
            if (!other.equals(target)) {
                delete(other);
            }
        }
    }

    private Optional<Path> latest() throws IOException {
        return entries().stream()
                .filter(path -> path.getFileName().toString().matches(PREFIX + "\\d{1,18}"))
                .max(Comparator.comparingLong(RunFolder::step));
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
    }

    private List<Path> entries() throws IOException {
        Path checkpoints = folder.resolve(CHECKPOINTS);
        if (!Files.isDirectory(checkpoints)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(checkpoints)) {
            return paths.toList();
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
