package org.randygpt.train;

/** Training broke down: a loss, a gradient or a weight is infinite or not a number. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    /**
     * Names where it happened and what may help.
     *
     * @param step 1 for the first
     * @param what is not finite, and where
     * @param rate learning rate of the step
     */
    DivergedException(long step, String what, float rate, TrainingConfig config) {
        super("training diverged at step %d: %s; use a smaller learning rate than %s%s"
                .formatted(
                        step, what, rate, config.optimizer().clip() == Float.POSITIVE_INFINITY ? ", or clipping" : ""));
        this.step = step;
    }

    /** In which step, 1 for the first. */
    public long step() {
        return step;
    }
}
