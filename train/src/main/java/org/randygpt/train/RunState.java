package org.randygpt.train;

/**
 * What a run needs beside its model and its optimizer to go on as if it had never stopped. Windows of the text are a
 * function of seed and step, and the learning rate is one of the step: neither has a state of its own.
 *
 * @param config the settings
 * @param saving when it is saved
 * @param data what the run trains on: a file, or the name of a built-in text
 * @param dataSha256 the text's SHA-256 in hexadecimal, by which another text is noticed
 * @param step how many steps have been done
 * @param initialLoss of the very first batch, in nats per token
 * @param best the lowest validation loss so far
 */
public record RunState(
        TrainingConfig config, Saving saving, String data, String dataSha256, long step, float initialLoss, Best best) {

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

    /** The state of a run that has not begun. */
    public static RunState fresh(TrainingConfig config, String data, String dataSha256) {
        return new RunState(config, Saving.USUAL, data, dataSha256, 0, Float.NaN, Best.NONE);
    }

    /**
     * The step after which the run is saved next, unless a model before that is the best so far.
     *
     * @param done steps that have been done, less than there are
     */
    public long nextSave(long done) {
        return saving.every().isPresent()
                ? Math.min(
                        config.iterations(),
                        (done / saving.every().getAsLong() + 1) * saving.every().getAsLong())
                : config.nextValidation(done);
    }

    /** The same run after more steps. */
    RunState at(long newStep, float newInitialLoss, Best newBest) {
        return new RunState(config, saving, data, dataSha256, newStep, newInitialLoss, newBest);
    }

    /** The same run with other settings. */
    public RunState with(TrainingConfig newConfig) {
        return new RunState(newConfig, saving, data, dataSha256, step, initialLoss, best);
    }

    /** The same run, saved otherwise. */
    public RunState with(Saving newSaving) {
        return new RunState(config, newSaving, data, dataSha256, step, initialLoss, best);
    }

    /** The same run with its text elsewhere. */
    public RunState withData(String newData) {
        return new RunState(config, saving, newData, dataSha256, step, initialLoss, best);
    }
}
