package org.randygpt.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.Saving;
import org.randygpt.train.Saving.OnError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code train} that say when a run is saved. */
@Command(optionListHeading = "%nSaving:%n")
final class SavingOptions {
    @Option(
            names = "--save-every",
            paramLabel = "N",
            description = "Steps between two saves, beside those of the best model so far and of the end. Default: as"
                    + " --eval-every")
    private @Nullable Long every;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "How many of the newest saves stay; the best one stays anyway. Default: 2")
    private @Nullable Integer keep;

    @Option(
            names = "--on-save-error",
            paramLabel = "NAME",
            description = "When a save fails, for example because the disk is full: continue until the next one, or"
                    + " stop. Default: continue")
    private @Nullable OnError onError;

    /**
     * When a run is to be saved.
     *
     * @param otherwise what holds where nothing is given
     * @throws IllegalArgumentException when a value cannot be
     */
    Saving settings(Saving otherwise) {
        return new Saving(
                every == null ? otherwise.every() : OptionalLong.of(every),
                keep == null ? otherwise.keep() : keep,
                onError == null ? otherwise.onError() : onError);
    }
}
