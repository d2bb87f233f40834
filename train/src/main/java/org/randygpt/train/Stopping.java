package org.randygpt.train;

/**
 * What ends a run before its last step, or makes it go back.
 *
 * @param patience validations in a row without a better one after which a run ends; 0: it goes on
 * @param minutes how long the run may take, for which the number of its steps is planned as it goes; 0: as its steps
 *     take
 * @param onNan what becomes of a run whose loss, gradients or weights are no numbers any more
 */
public record Stopping(int patience, float minutes, OnNan onNan) {
    /** After the last step, or when numbers break down. */
    public static final Stopping USUAL = new Stopping(0, 0, OnNan.STOP);

    /** What becomes of a run whose loss, gradients or weights are no numbers any more. */
    public enum OnNan {
        /** It ends; what was saved stays. */
        STOP,
        /** It goes back to what was saved last, at half the learning rate, a few times. */
        ROLLBACK
    }

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public Stopping {
        Settings.require(patience >= 0, "patience is %s validations; it must be at least 0", patience);
        Settings.require(
                minutes >= 0 && minutes < Float.POSITIVE_INFINITY, "minutes are %s; they must be at least 0", minutes);
    }
}
