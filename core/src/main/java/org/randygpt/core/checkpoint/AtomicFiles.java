package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes files that are, whatever happens meanwhile, either the old ones or the whole new ones. */
public final class AtomicFiles {

    private static final Pattern STRAY =
            Pattern.compile("\\..+\\.\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.tmp");

    private AtomicFiles() {}

    /**
     * Writes a file beside the target, has it reach the disk and renames it over the target. When anything fails, the
     * target stays as it was and nothing else stays; the exception names the target.
     */
    public static void write(Disk disk, Path target, FileContent content) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("%s is not a file's name".formatted(target));
        }
        // A name of its own, so that two processes that save to one folder do not write into each other's file.
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (Disk.NewFile file = disk.create(temporary)) {
                content.writeTo(file);
                file.force();
            }
            disk.rename(temporary, target);
        } catch (IOException | RuntimeException | Error problem) {
            try {
                if (Files.exists(temporary)) {
                    disk.delete(temporary);
                }
            } catch (IOException stays) {
                problem.addSuppressed(stays);
            }
            if (problem instanceof IOException failure) {
                throw new TemporaryName(temporary, target).problemOfTarget(failure);
            }
            throw problem;
        }
        disk.force(folder);
    }

    /** As {@link #write(Disk, Path, FileContent)}, on the disk of this machine. */
    public static void write(Path target, FileContent content) throws IOException {
        write(Disk.ofThisMachine(), target, content);
    }

    /**
     * Deletes what {@link #write(Disk, Path, FileContent)} left in a folder when its process was killed. Nobody else
     * may be writing there meanwhile.
     */
    public static void deleteStrays(Disk disk, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(AtomicFiles::isStray).toList()) {
                disk.delete(file);
            }
        }
    }

    /** Whether a file is one that {@link #deleteStrays} deletes. */
    public static boolean isStray(Path file) {
        return STRAY.matcher(file.getFileName().toString()).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
