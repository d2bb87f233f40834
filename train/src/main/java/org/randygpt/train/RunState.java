package org.randygpt.train;

/**
 * What a run needs beside its model and its optimizer to go on as if it had never stopped.
 *
 * @param config the settings
 * @param data what the run trains on: a file, or the name of a built-in text
 * @param dataSha256 the text's SHA-256 in hexadecimal, by which another text is noticed
 * @param step how many steps have been done
 * @param initialLoss of the very first batch, in nats per token
 * @param bestLoss lowest validation loss so far, in nats per token; infinite before the first
 */
public record RunState(
        TrainingConfig config, String data, String dataSha256, long step, float initialLoss, float bestLoss) {

    /** The state of a run that has not begun. */
    public static RunState fresh(TrainingConfig config, String data, String dataSha256) {
        return new RunState(config, data, dataSha256, 0, Float.NaN, Float.POSITIVE_INFINITY);
    }

    /** The same run after more steps. */
    RunState at(long newStep, float newInitialLoss, float newBestLoss) {
        return new RunState(config, data, dataSha256, newStep, newInitialLoss, newBestLoss);
    }

    /** The same run with other settings. */
    public RunState with(TrainingConfig newConfig) {
        return new RunState(newConfig, data, dataSha256, step, initialLoss, bestLoss);
    }
}
