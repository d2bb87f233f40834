package org.randygpt.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.model.GptConfig;

/**
 * Where a run writes. The folder itself is a model folder with the best model so far; {@code checkpoints/step-N} is one
 * too, with the latest model, and holds beside it what resuming needs. A checkpoint appears at once and whole: it is
 * written under another name first. A killed run leaves what was there before, and half-written files that the next one
 * removes.
 *
 * <p>While it is open, nobody else can open it.
 */
public final class RunFolder implements Closeable {
    private static final String CHECKPOINTS = "checkpoints";
    private static final String PREFIX = "step-";
    private static final Pattern COMPLETE = Pattern.compile(PREFIX + "\\d{1,18}");
    private static final Pattern INCOMPLETE = Pattern.compile("\\." + PREFIX + "\\d{1,18}\\.tmp");
    private static final String LOCK = ".lock";
    private static final String VALIDATION_LOSS = "validation_loss";

    private final Path folder;
    private final FileChannel lock;

    private RunFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * A folder for a new run, which may exist but must not hold a model or a run.
     *
     * @throws FileAlreadyExistsException when it does
     * @throws FolderInUseException when somebody is training there
     */
    public static RunFolder create(Path folder) throws IOException {
        for (String taken : List.of("config.json", "model.safetensors", "tokenizer.json", CHECKPOINTS)) {
            if (Files.exists(folder.resolve(taken))) {
                throw new FileAlreadyExistsException(folder.toString(), taken, "it holds another run or model");
            }
        }
        Files.createDirectories(folder);
        return locked(folder);
    }

    /**
     * The folder of a run that has been stopped.
     *
     * @throws NoSuchFileException when there is no checkpoint in it
     * @throws FolderInUseException when somebody is training there
     */
    public static RunFolder open(Path folder) throws IOException {
        if (!holdsCheckpoint(folder)) {
            throw new NoSuchFileException(
                    folder.toString(), null, "there is no " + CHECKPOINTS + "/" + PREFIX + "N in it to resume from");
        }
        return locked(folder);
    }

    /** Whether there is a run in a folder that can be gone on with. */
    public static boolean holdsCheckpoint(Path folder) throws IOException {
        return !checkpoints(folder, COMPLETE).isEmpty();
    }

    /**
     * When a run has last saved something.
     *
     * @throws IOException when it has not yet
     */
    public static FileTime lastSaved(Path folder) throws IOException {
        FileTime best = ModelFolder.lastSaved(folder);
        Path checkpoints = folder.resolve(CHECKPOINTS);
        if (!Files.isDirectory(checkpoints)) {
            return best;
        }
        FileTime latest = Files.getLastModifiedTime(checkpoints);
        return latest.compareTo(best) > 0 ? latest : best;
    }

    private static RunFolder locked(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder, lock(folder.resolve(LOCK), folder));
        try {
            run.deleteStrays();
            return run;
        } catch (IOException problem) {
            run.close();
            throw problem;
        }
    }

    private static FileChannel lock(Path file, Path folder) throws IOException {
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString(), null, "the folder cannot be written to");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean free = false;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            // Another run of this process has it.
        } finally {
            if (!free) {
                channel.close();
            }
        }
        if (!free) {
            throw new FolderInUseException(folder);
        }
        return channel;
    }

    /** What a killed process has left. */
    private void deleteStrays() throws IOException {
        AtomicFiles.deleteStrays(folder);
        for (Path incomplete : checkpoints(folder, INCOMPLETE)) {
            delete(incomplete);
        }
    }

    /** Lets others in. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(folder.resolve(LOCK));
        lock.close();
    }

    /** The folder itself: the best model. */
    public Path path() {
        return folder;
    }

    /** Reads the shape of the model of the latest checkpoint. */
    public GptConfig latestConfig() throws IOException {
        return ModelFolder.readConfigOfWeights(latest().orElseThrow());
    }

    /** Reads the model of the latest checkpoint. */
    public SavedModel latestModel() throws IOException {
        return ModelFolder.load(latest().orElseThrow());
    }

    /**
     * Reads the state of the latest checkpoint. Its best validation loss is that of the best model: a run that was
     * killed between the two may have left one that is better than the checkpoint knows.
     */
    public RunState latestState() throws IOException {
        Path checkpoint = latest().orElseThrow();
        RunState state = StateFile.read(checkpoint, step(checkpoint));
        return state.at(state.step(), state.initialLoss(), bestLoss(state.bestLoss()));
    }

    private float bestLoss(float otherwise) throws IOException {
        if (!hasBest()) {
            return Float.POSITIVE_INFINITY;
        }
        String stored = ModelFolder.readMetadata(folder).get(VALIDATION_LOSS);
        try {
            return stored == null ? otherwise : Float.parseFloat(stored);
        } catch (NumberFormatException damaged) {
            throw new IOException(
                    "%s: the %s in the metadata of its model is %s; it must be a number"
                            .formatted(folder, VALIDATION_LOSS, stored),
                    damaged);
        }
    }

    /** Reads the moments of the latest checkpoint into an optimizer. */
    void restore(Optimizer optimizer) throws IOException {
        OptimizerFile.read(latest().orElseThrow(), optimizer);
    }

    /**
     * Replaces the best model.
     *
     * @param validationLoss of the model, in nats per token; infinite when it has none yet
     */
    void saveBest(SavedModel model, float validationLoss) throws IOException {
        // In the file of the weights, so that there is never one without the other.
        ModelFolder.save(
                folder,
                model,
                Float.isFinite(validationLoss) ? Map.of(VALIDATION_LOSS, Float.toString(validationLoss)) : Map.of());
    }

    /** Whether a best model has been written. */
    boolean hasBest() {
        return ModelFolder.isIn(folder);
    }

    /** Writes a checkpoint, and deletes those before it. */
    void saveCheckpoint(SavedModel model, Optimizer optimizer, RunState state) throws IOException {
        Path checkpoints = folder.resolve(CHECKPOINTS);
        Path target = checkpoints.resolve(PREFIX + state.step());
        Path temporary = checkpoints.resolve("." + PREFIX + state.step() + ".tmp");
        delete(temporary);
        Files.createDirectories(temporary);
        try {
            ModelFolder.save(temporary, model);
            OptimizerFile.write(temporary, optimizer);
            StateFile.write(temporary, state);
            // The same step again: the old one has the same content.
            delete(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            // The new name reaches the disk before the old checkpoints leave it.
            AtomicFiles.force(checkpoints);
        } finally {
            delete(temporary);
        }
        for (Path other : checkpoints(folder, COMPLETE)) {
            if (!other.equals(target)) {
                delete(other);
            }
        }
    }

    private Optional<Path> latest() throws IOException {
        return checkpoints(folder, COMPLETE).stream().max(Comparator.comparingLong(RunFolder::step));
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
    }

    private static List<Path> checkpoints(Path folder, Pattern name) throws IOException {
        Path checkpoints = folder.resolve(CHECKPOINTS);
        if (!Files.isDirectory(checkpoints)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(checkpoints)) {
            return paths.filter(
                            path -> name.matcher(path.getFileName().toString()).matches())
                    .toList();
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
