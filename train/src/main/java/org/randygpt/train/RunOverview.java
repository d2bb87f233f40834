package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.model.GptConfig;

/**
 * What can be seen of a run from outside, while somebody may be training there. Nothing is checked beyond that.
 *
 * @param folder of the run
 * @param state as it was saved last
 * @param model its shape
 * @param lastSaved when
 * @param inUse whether somebody is training there
 * @param generations the oldest first
 * @param superfluous those of them that are neither the latest nor the best
 */
public record RunOverview(
        Path folder,
        RunState state,
        GptConfig model,
        FileTime lastSaved,
        boolean inUse,
        List<Generation> generations,
        List<Generation> superfluous) {
    private static final int ATTEMPTS = 5;

    /**
     * A save.
     *
     * @param step after how many steps
     * @param bytes of all its files
     */
    public record Generation(Path folder, long step, long bytes) {}

    /**
     * Looks at a folder.
     *
     * @throws NoSuchFileException when no run has saved anything in it
     */
    public static RunOverview read(Path folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Path latest = RunFolder.latestGeneration(folder);
            try {
                return read(folder, latest);
            } catch (IOException problem) {
                // The run may have replaced what was being read.
                if (attempt == ATTEMPTS || RunFolder.latestGeneration(folder).equals(latest)) {
                    throw problem;
                }
            }
        }
    }

    private static RunOverview read(Path folder, Path latest) throws IOException {
        return new RunOverview(
                folder,
                StateFile.read(latest, RunFolder.step(latest)),
                ModelFolder.readConfig(latest),
                RunFolder.lastSaved(folder),
                FolderLock.isHeld(folder),
                sized(RunFolder.generations(folder)),
                sized(RunFolder.superfluous(folder)));
    }

    private static List<Generation> sized(List<Path> generations) throws IOException {
        List<Generation> sized = new ArrayList<>();
        for (Path each : generations) {
            try {
                sized.add(new Generation(each, RunFolder.step(each), bytes(each)));
            } catch (NoSuchFileException gone) {
                // The run has just deleted it.
            }
        }
        return List.copyOf(sized);
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
