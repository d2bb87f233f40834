package org.randygpt.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that a user has named.
 *
 * @param name short; no two of one command are the same
 * @param folder where it is
 */
record RunPlace(String name, Path folder) {

    /**
     * The runs of some names, which are those of folders or of folders in {@code runs}.
     *
     * @param names none: the newest run
     * @throws BadInputException when there is no such folder
     */
    static List<RunPlace> of(Environment environment, List<String> names) {
        List<String> given = names.isEmpty()
                ? List.of(new RunFolders(environment.folder()).newest().toString())
                : names;
        List<RunPlace> places = new ArrayList<>();
        for (String name : given) {
            Path folder = folder(environment, name);
            String last = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
            boolean taken = places.stream().anyMatch(place -> place.name.equals(last));
            if (places.stream().anyMatch(place -> place.folder.equals(folder))) {
                throw new BadInputException("%s is named twice; leave one out".formatted(name));
            }
            places.add(new RunPlace(taken ? name : last, folder));
        }
        return places;
    }

    private static Path folder(Environment environment, String name) {
        if (name.isBlank()) {
            throw new BadInputException("the name of a run is empty; name its folder");
        }
        Path folder = new RunFolders(environment.folder()).named(name);
        if (!Files.isDirectory(folder)) {
            throw new BadInputException(
                    "%s: there is no such folder, here or in runs; randygpt runs lists the runs".formatted(name));
        }
        return folder;
    }
}
