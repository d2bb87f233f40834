package org.randygpt.train;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.FolderName;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.checkpoint.SealedFolder;
import org.randygpt.core.model.GptConfig;

/**
 * Where a run writes. Each save is a folder of its own, a generation: {@code step-000500} is a model folder that holds
 * beside the model what resuming needs, and checksums of all of it. The newest generation is what a run goes on from,
 * and its state says which one is the best. The rest follows from those two: the files {@code latest} and {@code best},
 * which hold their names, and a copy of the best model in the run's folder itself, which so is a model folder. When the
 * machine fails before all that has been written, opening the folder does it.
 *
 * <p>A generation appears at once and whole, and older ones go after it has reached the disk: there always is one. One
 * that somebody has put something else into, or a link in its place, never goes. A folder of such a name with neither a
 * state nor checksums in it is no generation. While a folder is open, nobody else can open it.
 */
public final class RunFolder implements Closeable {
    private static final String PREFIX = "step-";
    private static final Pattern GENERATION = Pattern.compile(PREFIX + "\\d{6,18}");
    private static final String LATEST = "latest";
    private static final String BEST = "best";
    private static final String CONFIG = "config.json";
    private static final Set<String> ONLY_FOR_RESUMING = Set.of(OptimizerFile.NAME, StateFile.NAME);
    private static final int BUFFER_BYTES = 1 << 16;

    private final Disk disk;
    private final Path folder;
    private final FolderLock lock;
    private final List<Path> made;

    private RunFolder(Disk disk, Path folder, FolderLock lock, List<Path> made) {
        this.disk = disk;
        this.folder = folder;
        this.lock = lock;
        this.made = made;
    }

    /**
     * A folder for a new run, which may exist but must not hold a model or a run.
     *
     * @throws FileAlreadyExistsException when it does
     * @throws FolderInUseException when somebody is training there
     */
    public static RunFolder create(Path folder) throws IOException {
        return create(Disk.ofThisMachine(), folder);
    }

    static RunFolder create(Disk disk, Path folder) throws IOException {
        requireFree(folder);
        List<Path> made = new ArrayList<>();
        makeFolders(disk, folder.toAbsolutePath(), made);
        RunFolder run = new RunFolder(disk, folder, FolderLock.of(folder), made.reversed());
        try {
            requireFree(folder); // again: it may have been another run's until now
            run.deleteStrays();
            return run;
        } catch (IOException | RuntimeException problem) {
            run.close();
            throw problem;
        }
    }

    /**
     * The folder of a run that has been stopped. Every byte of what it goes on from is checked first.
     *
     * @throws NoSuchFileException when there is no generation in it
     * @throws FolderInUseException when somebody is training there
     */
    public static RunFolder open(Path folder) throws IOException {
        return open(Disk.ofThisMachine(), folder);
    }

    static RunFolder open(Disk disk, Path folder) throws IOException {
        if (!holdsRun(folder)) {
            throw new NoSuchFileException(
                    folder.toString(), null, "there is no %s000000 or the like in it to resume from".formatted(PREFIX));
        }
        RunFolder run = new RunFolder(disk, folder, FolderLock.of(folder), List.of());
        try {
            run.requireWhole(run.latest());
            run.deleteStrays();
            RunState state = run.latestState();
            if (Files.isDirectory(run.best(state))) {
                run.requireWhole(run.best(state));
            }
            run.name(state);
            return run;
        } catch (IOException | RuntimeException problem) {
            run.close();
            throw problem;
        }
    }

    /** Whether there is a run in a folder that can be gone on with. */
    public static boolean holdsRun(Path folder) throws IOException {
        return !generations(folder).isEmpty();
    }

    /** Whether a place in the folder of a run is one of its saves, or the name of one. */
    public static boolean isSave(Path place) throws IOException {
        Path normal = place.toAbsolutePath().normalize();
        Path run = normal.getParent();
        String name = String.valueOf(normal.getFileName());
        boolean named = name.equals(LATEST)
                || name.equals(BEST)
                || GENERATION.matcher(name).matches();
        return run != null && named && Files.exists(normal) && holdsRun(run);
    }

    /**
     * When a run has last saved something.
     *
     * @throws IOException when it has not yet
     */
    public static FileTime lastSaved(Path folder) throws IOException {
        FileTime best = ModelFolder.lastSaved(folder);
        Path name = folder.resolve(LATEST);
        if (!Files.exists(name)) {
            return best;
        }
        FileTime latest = Files.getLastModifiedTime(name);
        return latest.compareTo(best) > 0 ? latest : best;
    }

    /** Lets others in. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** The folder itself: the best model. */
    public Path path() {
        return folder;
    }

    /** The folders that had to be made for the run, each before the one that it is in. */
    public List<Path> made() {
        return made;
    }

    /** Reads the shape of the model of the latest generation. */
    public GptConfig latestConfig() throws IOException {
        return ModelFolder.readConfigOfWeights(latest());
    }

    /** Reads the model of the latest generation. */
    public SavedModel latestModel() throws IOException {
        return ModelFolder.load(latest());
    }

    /** Reads the state of the latest generation. */
    public RunState latestState() throws IOException {
        Path generation = latest();
        return StateFile.read(generation, step(generation));
    }

    /**
     * Reads what else than its model the latest generation holds for resuming.
     *
     * @param state overwritten
     */
    void restore(SequencedMap<String, Block> state) throws IOException {
        OptimizerFile.read(latest(), state);
    }

    /** Adds a generation, and deletes those that are not to be kept any longer. */
    void save(Snapshot snapshot) throws IOException {
        RunState state = snapshot.state();
        Path added = generation(state.step());
        // When it is there, all was saved before but its names.
        if (!isGeneration(added)) {
            if (Files.exists(added, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        added.toString(), null, "it is there already and is no save; move it away");
            }
            SealedFolder.write(disk, added, snapshot.files());
        }
        name(state);
        keep(state.saving().keep(), Set.of(best(state)));
    }

    /**
     * Deletes the generations that are to go after the next save before it, because there may be no room for both. The
     * latest stays, and the best of what was saved.
     *
     * @param saved what was saved last
     * @param next what is to be saved
     */
    void makeRoom(RunState saved, RunState next) {
        int before = Math.max(1, next.saving().keep() - 1);
        // It is there when all was saved but its names.
        int added = isGeneration(generation(next.step())) ? 1 : 0;
        try {
            keep(before + added, Set.copyOf(List.of(best(saved), best(next))));
        } catch (IOException stays) {
            // The save itself will say what is wrong with the disk.
        }
    }

    private void keep(int newest, Set<Path> others) throws IOException {
        List<Path> old = new ArrayList<>(generations(folder));
        old.subList(Math.max(0, old.size() - newest), old.size()).clear();
        old.removeAll(others);
        deleteUnlessKept(old);
    }

    private void deleteUnlessKept(List<Path> generations) throws IOException {
        for (Path each : generations) {
            if (SealedFolder.reasonToKeep(each).isEmpty()) {
                SealedFolder.delete(disk, each);
            }
        }
    }

    /** Has names and the copy of the best model follow the latest generation. */
    private void name(RunState state) throws IOException {
        FolderName.set(disk, folder.resolve(LATEST), latest().getFileName().toString());
        Path best = best(state);
        // Otherwise it could not be saved, or somebody has deleted it: then the model that is there stays.
        if (Files.isDirectory(best)) {
            copyModel(best);
            FolderName.set(disk, folder.resolve(BEST), best.getFileName().toString());
        }
    }

    private void copyModel(Path generation) throws IOException {
        List<Path> files = new ArrayList<>(SealedFolder.files(generation));
        // By its configuration a folder is known to hold a model: it comes last.
        files.sort(Comparator.comparing(file -> file.endsWith(CONFIG)));
        for (Path file : files) {
            String name = file.getFileName().toString();
            Path copy = folder.resolve(name);
            boolean wanted = !ONLY_FOR_RESUMING.contains(name);
            if (wanted && (!Files.exists(copy) || Files.mismatch(file, copy) >= 0)) {
                AtomicFiles.write(disk, copy, copyOf(file));
            }
        }
    }

    private static FileContent copyOf(Path file) {
        return out -> {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = Files.newInputStream(file)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    out.write(ByteBuffer.wrap(buffer, 0, count));
                }
            }
        };
    }

    private void requireWhole(Path generation) throws IOException {
        try {
            SealedFolder.verify(generation);
        } catch (IOException damaged) {
            List<Path> others = new ArrayList<>(generations(folder));
            others.remove(generation);
            throw new IOException(
                    others.isEmpty()
                            ? "%s; there is no other generation to go on from".formatted(damaged.getMessage())
                            : "%s; move %s away to go on without it, from %s"
                                    .formatted(
                                            damaged.getMessage(),
                                            generation,
                                            others.getLast().getFileName()),
                    damaged);
        }
    }

    /**
     * The generations that are neither the latest nor the best, the oldest first.
     *
     * @throws NoSuchFileException when there is none at all
     */
    static List<Path> superfluous(Path folder) throws IOException {
        Path latest = latestGeneration(folder);
        List<Path> old = new ArrayList<>(generations(folder));
        old.remove(latest);
        RunState state = StateFile.read(latest, step(latest));
        old.remove(
                folder.resolve(PREFIX + "%06d".formatted(state.progress().best().step())));
        return old;
    }

    /** Deletes all generations but the latest, the best and those that {@link RunContents} has as kept. */
    public void deleteOldGenerations() throws IOException {
        deleteUnlessKept(superfluous(folder));
    }

    /** Whether somebody is training in a folder. */
    public static boolean isInUse(Path folder) throws IOException {
        return FolderLock.isHeld(folder);
    }

    /**
     * Deletes all that is a run's in a folder, its latest generation after the others, so that until then it can be
     * gone on with. What else is in the folder stays.
     *
     * @param more names of files that are the run's, too
     * @throws FolderInUseException when somebody is training there
     * @throws IOException when one of its generations is to be kept; then all stays
     */
    public static void delete(Path folder, Set<String> more) throws IOException {
        try (RunFolder run = new RunFolder(Disk.ofThisMachine(), folder, FolderLock.of(folder), List.of())) {
            run.deleteStrays();
            RunContents contents = RunContents.of(folder, more);
            if (!contents.kept().isEmpty()) {
                Map.Entry<Path, String> kept = contents.kept().firstEntry();
                throw new IOException("%s stays, for %s".formatted(kept.getKey(), kept.getValue()));
            }
            for (Path generation : contents.generations()) {
                SealedFolder.delete(run.disk, generation);
            }
            for (Path file : contents.files()) {
                run.disk.delete(file);
            }
        }
    }

    /** The names of the files beside its generations that a run writes, of which each generation has a copy of some. */
    static Set<String> namesOfFiles(List<Path> generations) throws IOException {
        Set<String> names = new HashSet<>();
        for (Path generation : generations) {
            for (Path file : SealedFolder.files(generation)) {
                names.add(file.getFileName().toString());
            }
        }
        names.removeAll(ONLY_FOR_RESUMING);
        names.addAll(Set.of(LATEST, BEST));
        return names;
    }

    /** Whether a path is the lock or what a killed process has left: both go by themselves. */
    static boolean isPassing(Path path) {
        return path.endsWith(FolderLock.NAME) || AtomicFiles.isStray(path) || SealedFolder.isStray(path, GENERATION);
    }

    /** The newest generation of a folder, which the run in it, if there is one, may be about to replace. */
    static Path latestGeneration(Path folder) throws IOException {
        List<Path> all = generations(folder);
        if (all.isEmpty()) {
            throw new NoSuchFileException(folder.toString(), null, "no run has saved anything in it");
        }
        return all.getLast();
    }

    /** What a killed process has left. */
    private void deleteStrays() throws IOException {
        AtomicFiles.deleteStrays(disk, folder);
        SealedFolder.deleteStrays(disk, folder, GENERATION);
    }

    /** Before the first validation, the latest. */
    private Path best(RunState state) {
        return generation(
                state.progress().best().step() == 0
                        ? state.step()
                        : state.progress().best().step());
    }

    private Path latest() throws IOException {
        return generations(folder).getLast();
    }

    private Path generation(long step) {
        return folder.resolve(PREFIX + "%06d".formatted(step));
    }

    static long step(Path generation) {
        return Long.parseLong(generation.getFileName().toString().substring(PREFIX.length()));
    }

    /** The oldest first. */
    static List<Path> generations(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path ->
                            GENERATION.matcher(path.getFileName().toString()).matches())
                    .filter(RunFolder::isGeneration)
                    .sorted(Comparator.comparingLong(RunFolder::step))
                    .toList();
        }
    }

    /** Of a folder that cannot be looked into nobody knows that it is none. */
    private static boolean isGeneration(Path path) {
        return Files.isDirectory(path)
                && !(Files.notExists(path.resolve(StateFile.NAME)) && Files.notExists(path.resolve(SealedFolder.LIST)));
    }

    private static void requireFree(Path folder) throws IOException {
        for (String taken : List.of(CONFIG, "model.safetensors", "tokenizer.json")) {
            if (Files.exists(folder.resolve(taken))) {
                throw new FileAlreadyExistsException(folder.toString(), taken, "it holds another run or model");
            }
        }
        if (holdsRun(folder)) {
            throw new FileAlreadyExistsException(folder.toString(), PREFIX, "it holds another run or model");
        }
    }

    /** Makes a folder and those that it is in, so that they survive a failing machine, and adds them to a list. */
    private static void makeFolders(Disk disk, Path folder, List<Path> made) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (Files.exists(folder)) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        Path parent = Objects.requireNonNull(folder.getParent(), "a root is a folder");
        if (Files.exists(parent) && !Files.isDirectory(parent)) {
            throw new FileSystemException(parent.toString(), null, "it is not a folder");
        }
        makeFolders(disk, parent, made);
        disk.createFolder(folder);
        made.add(folder);
        disk.force(parent);
    }
}
