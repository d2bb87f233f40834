package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.randygpt.core.checkpoint.SealedFolder;

/**
 * What in a folder is its run's, and what somebody else's. A link is somebody else's, whatever its name.
 *
 * @param generations that can be deleted, the oldest first
 * @param kept the other generations, with the reason, which is the end of a sentence: "it is a link"
 * @param files of the run beside them
 * @param others files, folders and links that are not the run's
 */
public record RunContents(
        List<Path> generations, SequencedMap<Path, String> kept, List<Path> files, List<Path> others) {

    /**
     * Looks through a folder; nothing is changed.
     *
     * @param more names of files that are the run's, too
     */
    public static RunContents of(Path folder, Set<String> more) throws IOException {
        List<Path> generations = new ArrayList<>();
        SequencedMap<Path, String> kept = new LinkedHashMap<>();
        for (Path generation : RunFolder.generations(folder)) {
            Optional<String> reason = SealedFolder.reasonToKeep(generation);
            if (reason.isPresent()) {
                kept.put(generation, reason.get());
            } else {
                generations.add(generation);
            }
        }
        Set<String> names = new HashSet<>(RunFolder.namesOfFiles(generations));
        names.addAll(more);
        List<Path> files = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.sorted().toList()) {
                if (generations.contains(path) || kept.containsKey(path) || RunFolder.isPassing(path)) {
                    continue;
                }
                boolean own = names.contains(path.getFileName().toString())
                        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                (own ? files : others).add(path);
            }
        }
        return new RunContents(generations, kept, files, others);
    }
}
