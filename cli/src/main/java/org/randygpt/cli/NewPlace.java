package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where {@code --out} has something written: nothing that is there already is touched. */
final class NewPlace {

    private NewPlace() {}

    /**
     * The place of a file that is not there yet.
     *
     * @throws BadInputException when it is, or has no folder
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
     * The place of a folder that is not there yet, or has nothing in it.
     *
     * @throws BadInputException when it has, or is not in a folder
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
        Path parent = place.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new BadInputException("--out %s: there is no folder %s; make it first".formatted(out, parent));
        }
        return place;
    }
}
