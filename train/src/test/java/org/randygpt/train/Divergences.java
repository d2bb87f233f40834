package org.randygpt.train;

/** What happens to runs, for tests in other packages. */
public final class Divergences {
    private Divergences() {}

    /** A run broke down in a step. */
    public static DivergedException at(long step) {
        TrainingConfig config = new TrainingConfig(
                1, 1, 1, OptimizerConfig.usual(Algorithm.MUON), new ScheduleConfig(Schedule.CONSTANT, 0, 0), 1, 1);
        return new DivergedException(step, "the loss is NaN", 1, config);
    }
}
