package org.randygpt.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plays of Shakespeare that come with the program. */
final class BundledText {
    private static final String NAME = "/org/randygpt/cli/shakespeare-plays.txt";

    /** What to say when they are not there. */
    static final String ABSENT = "not measured: the text of the program is not there; build it with mvn package";

    private BundledText() {}

    /** Its bytes; empty where the program is not built. */
    static Optional<byte[]> read() throws IOException {
        try (@Nullable InputStream resource = BundledText.class.getResourceAsStream(NAME)) {
            return resource == null ? Optional.empty() : Optional.of(resource.readAllBytes());
        }
    }
}
