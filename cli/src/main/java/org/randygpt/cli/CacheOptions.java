package org.randygpt.cli;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TokenCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The option that says where the tokens of a text are kept. */
@Command(optionListHeading = "%nTokens of the text:%n")
final class CacheOptions {
    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Where the tokens of a text are kept, to be there at once the next time; nothing is deleted there."
                            + " Default: for texts of more than 16 million tokens, in the user's cache folder, where"
                            + " those not used for 30 days are deleted when new ones come; or, if it cannot be written"
                            + " to, in a temporary file")
    private @Nullable Path cache;

    /** Where tokens are kept. */
    TokenCache cache(Environment environment, Consumer<String> notes) {
        return cache == null
                ? TokenCache.usual(environment.cacheFolder().resolve("tokens"), notes)
                : TokenCache.in(environment.folder().resolve(cache), notes);
    }
}
