package org.randygpt.train;

import java.util.List;
import org.randygpt.core.data.TextSettings;

/**
 * What a run trains on.
 *
 * @param names as a user would give them again: built-in names, or absolute paths and patterns, with their weights
 * @param settings how bytes become text
 * @param sha256 of the content in hexadecimal, by which another text is noticed
 */
public record DataSource(List<String> names, TextSettings settings, String sha256) {
    /** Copies the list. */
    public DataSource {
        names = List.copyOf(names);
    }

    /** The same content somewhere else. */
    public DataSource at(List<String> newNames) {
        return new DataSource(newNames, settings, sha256);
    }
}
