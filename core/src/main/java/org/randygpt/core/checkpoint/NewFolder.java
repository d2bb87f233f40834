package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Writes folders that appear at once and whole. */
public final class NewFolder {

    private NewFolder() {}

    /** Puts what belongs there into a folder that is still under another name. */
    interface Filling {
        void into(Path temporary) throws IOException;
    }

    /**
     * Writes a folder under another name, has all of it reach the disk, and renames it. When anything fails, nothing
     * stays, and the exception names the folder or a file in it as they were to be.
     *
     * @param folder of whose name there is none yet, or one without anything in it
     */
    public static void write(Path folder, Map<String, FileContent> files) throws IOException {
        Disk disk = Disk.ofThisMachine();
        write(disk, folder, temporary -> {
            for (Map.Entry<String, FileContent> each : files.entrySet()) {
                try (Disk.NewFile file = disk.create(temporary.resolve(each.getKey()))) {
                    each.getValue().writeTo(file);
                    file.force();
                }
            }
        });
    }

    /** As {@link #write(Path, Map)}, of files that someone else writes and has reach the disk. */
    static void write(Disk disk, Path folder, Filling filling) throws IOException {
        Path temporary = temporary(folder);
        deleteTree(disk, temporary);
        try {
            disk.createFolder(temporary);
            filling.into(temporary);
            disk.force(temporary);
            disk.rename(temporary, folder);
        } catch (IOException | RuntimeException | Error problem) {
            try {
                deleteTree(disk, temporary);
            } catch (IOException stays) {
                problem.addSuppressed(stays);
            }
            if (problem instanceof IOException failure) {
                throw new TemporaryName(temporary, folder).problemOfTarget(failure);
            }
            throw problem;
        }
        disk.force(parent(folder));
    }

    /** Deletes a folder with all that is in it, if it is there. */
    static void deleteTree(Disk disk, Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                disk.delete(each);
            }
        }
    }

    /** The name of a folder that is not whole. */
    static Path temporary(Path folder) {
        return parent(folder).resolve("." + folder.getFileName() + ".tmp");
    }

    /** What a folder is in. */
    static Path parent(Path folder) {
        return Objects.requireNonNull(folder.toAbsolutePath().getParent(), "a root cannot be written anew");
    }
}
