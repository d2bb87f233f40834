package org.randygpt.train;

import java.io.IOException;
import java.util.Objects;
import org.randygpt.train.Trainer.Outcome;

/** A run has ended and could not be saved; what was saved before is whole. Its cause says why. */
public final class NotSavedException extends IOException {
    private static final long serialVersionUID = 1L;

    // Not for a stream of objects.
    private final transient Outcome outcome;

    NotSavedException(Outcome outcome, IOException cause) {
        super(cause.getMessage(), cause);
        this.outcome = outcome;
    }

    /** What the run had come to. */
    public Outcome outcome() {
        return outcome;
    }

    /** Why it could not be saved. */
    public IOException problem() {
        return (IOException) Objects.requireNonNull(getCause());
    }
}
