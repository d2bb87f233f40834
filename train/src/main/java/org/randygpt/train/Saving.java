package org.randygpt.train;

import java.util.OptionalLong;

/**
 * When a run is saved, and what of it stays. It is saved in any case with each model that is the best so far, and at
 * its end.
 *
 * @param every steps between two saves; empty: with each validation
 * @param keep how many of the newest generations stay; the best stays anyway
 * @param onError what becomes of the run when it cannot be saved
 */
public record Saving(OptionalLong every, int keep, OnError onError) {
    /** With each validation; the newest two stay; a failure is only reported. */
    public static final Saving USUAL = new Saving(OptionalLong.empty(), 2, OnError.CONTINUE);

    /** What becomes of a run that cannot be saved. */
    public enum OnError {
        /** It ends. */
        STOP,
        /** It goes on until the next time; only at its end a failure is one of the run. */
        CONTINUE
    }

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public Saving {
        Settings.require(
                every.orElse(1) >= 1, "steps between two saves are %s; there must be at least 1", every.orElse(1));
        Settings.require(keep >= 1, "the number of generations to keep is %s; it must be at least 1", keep);
    }

    /** Steps between two saves. */
    long interval(TrainingConfig config) {
        return every.orElse(config.evaluateEvery());
    }

    /**
     * Whether a run is to be saved after a step.
     *
     * @param validated whether it was validated after it
     */
    boolean isDue(long step, boolean validated) {
        return every.isPresent() ? step % every.getAsLong() == 0 : validated;
    }
}
