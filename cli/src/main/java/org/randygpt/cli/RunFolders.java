package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.randygpt.train.RunFolder;

/** The runs that have no name of their own: {@code runs/<date>-<time>}. */
final class RunFolders {
    private static final String FOLDER = "runs";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path parent;
    private final Path folder;

    /** The runs under {@code runs} in a folder. */
    RunFolders(Path parent) {
        this.parent = parent;
        folder = parent.resolve(FOLDER);
    }

    /** Where the runs are. */
    Path folder() {
        return folder;
    }

    /**
     * What a user has named: a folder, or else one of that name in {@code runs}; the path itself when there is neither.
     * It may as well be a file that stands for a folder, such as {@code latest} in a run's.
     */
    Path named(String name) {
        Path given = parent.resolve(name);
        Path among = folder.resolve(name);
        if (Files.isDirectory(given) || !Files.isDirectory(among) && Files.exists(given)) {
            return given;
        }
        return Files.exists(among) ? among : given;
    }

    /** A folder for a run that begins at a time; there is none of that name yet. */
    Path forRunAt(LocalDateTime time) {
        String name = NAME.format(time);
        Path free = folder.resolve(name);
        for (int i = 2; Files.exists(free); i++) {
            free = folder.resolve(name + "-" + i);
        }
        return free;
    }

    /**
     * The run that has saved a model last, its best or its latest.
     *
     * @throws BadInputException when there is none
     */
    Path newest() {
        record Dated(Path run, FileTime time) {}
        List<Dated> models = new ArrayList<>();
        for (Path run : runs()) {
            try {
                models.add(new Dated(run, RunFolder.lastSaved(run)));
            } catch (IOException none) {
                // A run that has not saved anything yet.
            }
        }
        Optional<Dated> newest = models.stream().max(Comparator.comparing(Dated::time));
        return newest.orElseThrow(() -> new BadInputException(
                        "there is no trained model in %s; train one with: randygpt train, or name a folder"
                                .formatted(folder)))
                .run();
    }

    private List<Path> runs() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(folder)) {
            return runs.sorted().toList();
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }
}
