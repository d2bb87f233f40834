package org.randygpt.train;

/**
 * How the learning rate goes over a run.
 *
 * @param shape after the warm-up
 * @param minLearningRate where it ends, unless it is constant
 * @param warmup steps in which the rate rises from 0
 * @param decayFraction of all steps in which {@link Schedule#WSD} falls; the others do not read it
 * @param plateauPatience validations in a row without a better one, after which {@link Schedule#PLATEAU} lowers the
 *     rate
 * @param plateauFactor what it multiplies the rate with then, down to the minimum
 */
public record ScheduleConfig(
        Schedule shape,
        float minLearningRate,
        long warmup,
        float decayFraction,
        int plateauPatience,
        float plateauFactor) {

    private static final float DECAY_FRACTION = 0.4f;
    private static final int PLATEAU_PATIENCE = 2;
    private static final float PLATEAU_FACTOR = 0.5f;

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public ScheduleConfig {
        Settings.require(
                minLearningRate >= 0 && minLearningRate <= 1,
                "minimum learning rate is %s; it must lie between 0 and the learning rate",
                minLearningRate);
        Settings.require(warmup >= 0, "warm-up is %s steps; it must be at least 0", warmup);
        Settings.require(
                decayFraction >= 0 && decayFraction <= 1, "decay fraction is %s; it must lie in [0, 1]", decayFraction);
        Settings.require(
                plateauPatience >= 1,
                "the patience of the schedule is %s validations; it must be at least 1",
                plateauPatience);
        Settings.require(
                plateauFactor > 0 && plateauFactor < 1, "plateau factor is %s; it must lie in (0, 1)", plateauFactor);
    }

    /** With the usual settings of what only some shapes read. */
    public ScheduleConfig(Schedule shape, float minLearningRate, long warmup) {
        this(shape, minLearningRate, warmup, DECAY_FRACTION, PLATEAU_PATIENCE, PLATEAU_FACTOR);
    }

    /** The same with another part of a run in which the rate falls. */
    public ScheduleConfig withDecayFraction(float fraction) {
        return new ScheduleConfig(shape, minLearningRate, warmup, fraction, plateauPatience, plateauFactor);
    }

    /** The same with other reactions to a plateau. */
    public ScheduleConfig withPlateau(int patience, float factor) {
        return new ScheduleConfig(shape, minLearningRate, warmup, decayFraction, patience, factor);
    }
}
