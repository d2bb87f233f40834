package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;

/** What a run reports while it goes. */
public sealed interface Metric {

    /**
     * A training step is done.
     *
     * @param step how many steps have been done, this one included
     * @param loss mean over the batch before the update, in nats per token
     * @param gradientNorm L2 norm of all gradients before clipping
     * @param learningRate of this step
     * @param nanos wall time of this step
     */
    record Step(long step, float loss, float gradientNorm, float learningRate, long nanos) implements Metric {}

    /**
     * The held-out part was evaluated.
     *
     * @param step how many steps have been done
     * @param loss mean over the whole held-out part, in nats per token
     * @param best whether it is the lowest so far
     * @param nanos wall time of the evaluation
     */
    record Evaluation(long step, float loss, boolean best, long nanos) implements Metric {}

    /**
     * The run was saved.
     *
     * @param step how many steps it had done then
     * @param folder of the run
     */
    record Saved(long step, Path folder) implements Metric {}

    /**
     * The number of steps was planned anew.
     *
     * @param steps of the whole run
     */
    record Planned(long steps) implements Metric {}

    /**
     * Numbers broke down, and the run has gone back.
     *
     * @param step how many steps count now
     * @param rateScale what the schedule's learning rate is multiplied with from now on
     * @param problem what happened
     */
    record RolledBack(long step, float rateScale, DivergedException problem) implements Metric {}

    /**
     * The run could not be saved, and goes on; what was saved before is whole.
     *
     * @param step how many steps it had done then
     * @param problem why
     */
    record NotSaved(long step, IOException problem) implements Metric {}
}
