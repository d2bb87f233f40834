package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where something is to be written. That it can be is tried before any work is done for it. */
final class NewPlace {

    private NewPlace() {}

    /**
     * The place that {@code --out} names of a file that is not there yet.
     *
     * @throws BadInputException when it is, or has no folder that can be written
     */
    static Path ofFile(Environment environment, Path out) {
        Path place = inFolder(environment, out);
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadInputException(
                    "--out %s is there already, and stays as it is; delete it, or give another name".formatted(out));
        }
        return place;
    }

    /**
     * The place that {@code --out} names of a folder that is not there yet, or has nothing in it.
     *
     * @throws BadInputException when it has, or is not in a folder that can be written
     */
    static Path ofFolder(Environment environment, Path out) throws IOException {
        Path place = inFolder(environment, out);
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !isEmptyFolder(place)) {
            throw new BadInputException(
                    "--out %s is there already with something in it, and stays as it is; delete it, or give another name"
                            .formatted(out));
        }
        return place;
    }

    /**
     * Throws when a file cannot be written, which is replaced when it is there already.
     *
     * @param shown the file as the user has named it, with the option
     * @throws BadInputException when it is a folder, has none, or nothing can be written in that
     */
    static void requireReplaceable(String shown, Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInputException("%s is a folder; name a file".formatted(shown));
        }
        requireWritable(shown, file.toAbsolutePath().normalize().getParent());
    }

    /**
     * Makes a file in a folder and deletes it again.
     *
     * @throws IOException when that cannot be; it names the folder
     */
    static void tryWriting(Path folder) throws IOException {
        try {
            Files.delete(Files.createTempFile(folder, ".randygpt", ".tmp"));
        } catch (FileSystemException problem) {
            String reason = problem instanceof AccessDeniedException ? "permission denied" : problem.getReason();
            FileSystemException named = new FileSystemException(
                    folder.toString(), null, reason == null ? "no file can be made in it" : reason);
            named.initCause(problem);
            throw named;
        }
    }

    private static void requireWritable(String shown, @Nullable Path folder) {
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInputException("%s: there is no folder %s; make it first".formatted(shown, folder));
        }
        try {
            tryWriting(folder);
        } catch (IOException problem) {
            throw new BadInputException(
                    "%s cannot be written: %s".formatted(shown, Failures.sentence(problem)), problem);
        }
    }

    private static boolean isEmptyFolder(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(place)) {
            return inside.findAny().isEmpty();
        }
    }

    private static Path inFolder(Environment environment, Path out) {
        Path place = environment.folder().resolve(out).toAbsolutePath().normalize();
        requireWritable("--out " + out, place.getParent());
        return place;
    }
}
