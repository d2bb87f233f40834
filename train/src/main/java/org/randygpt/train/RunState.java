package org.randygpt.train;

/**
 * What a run needs beside its model and its optimizer to go on as if it had never stopped.
 *
 * @param config the settings
 * @param saving when it is saved
 * @param data what the run trains on
 * @param progress where it stands
 */
public record RunState(TrainingConfig config, Saving saving, DataSource data, Progress progress) {

    /** The state of a run that has not begun. */
    public static RunState fresh(TrainingConfig config, DataSource data) {
        return new RunState(config, Saving.USUAL, data, Progress.NONE);
    }

    /** How many steps have been done. */
    public long step() {
        return progress.step();
    }

    /** Whether all steps are done, or no better model is to be expected. */
    public boolean isFinished() {
        return isFinished(config, progress.step(), progress.sinceBest());
    }

    static boolean isFinished(TrainingConfig config, long step, int sinceBest) {
        int patience = config.stopping().patience();
        return step >= config.iterations() || patience > 0 && sinceBest >= patience;
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

    /**
     * The settings of a run of so many minutes when it is to take another number in all: as many steps more as its
     * steps so far would have in what is left.
     *
     * @param minutes more than it has taken
     */
    public TrainingConfig plannedFor(float minutes) {
        return config.withMinutes(minutes)
                .withIterations(StepPlan.steps(minutes, progress.step(), progress.milliseconds()));
    }

    /** The same run somewhere else. */
    RunState at(Progress newProgress) {
        return new RunState(config, saving, data, newProgress);
    }

    /** The same run with other settings. */
    public RunState with(TrainingConfig newConfig) {
        return new RunState(newConfig, saving, data, progress);
    }

    /** The same run, saved otherwise. */
    public RunState with(Saving newSaving) {
        return new RunState(config, newSaving, data, progress);
    }

    /** The same run with its text elsewhere. */
    public RunState withData(DataSource newData) {
        return new RunState(config, saving, newData, progress);
    }
}
