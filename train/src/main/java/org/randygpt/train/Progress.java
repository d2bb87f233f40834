package org.randygpt.train;

/**
 * Where a run stands. Windows of the text and masks of dropout are functions of the seed and the step: they have no
 * state of their own.
 *
 * @param step how many steps have been done
 * @param initialLoss of the very first batch, in nats per token; NaN before it
 * @param best the lowest validation loss so far
 * @param sinceBest validations since then
 * @param rateScale what the schedule's learning rate is multiplied with: 1 until a plateau or a rollback
 * @param rollbacks how often the run has gone back
 * @param milliseconds spent on steps and validations, which a run of so many minutes is planned by; otherwise 0, so
 *     that the same run gives the same files
 */
public record Progress(
        long step, float initialLoss, Best best, int sinceBest, float rateScale, int rollbacks, long milliseconds) {

    /** A run that has not begun. */
    static final Progress NONE = new Progress(0, Float.NaN, Best.NONE, 0, 1, 0, 0);

    /**
     * The best validation of a run.
     *
     * @param loss in nats per token; infinite before the first
     * @param step after how many steps; 0 before the first
     */
    public record Best(float loss, long step) {
        /** Before the first validation. */
        static final Best NONE = new Best(Float.POSITIVE_INFINITY, 0);
    }
}
