package org.randygpt.train;

/**
 * How the learning rate goes over a run.
 *
 * @param shape after the warm-up
 * @param minLearningRate where it ends, unless it is constant
 * @param warmup steps in which the rate rises from 0
 * @param decayFraction of all steps in which {@link Schedule#WSD} falls; the others do not read it
 */
public record ScheduleConfig(Schedule shape, float minLearningRate, long warmup, float decayFraction) {

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public ScheduleConfig {
        Settings.require(
                minLearningRate >= 0 && minLearningRate <= 1,
                "minimum learning rate is %s; it must lie between 0 and the learning rate",
                minLearningRate);
        Settings.require(warmup >= 0, "warm-up is %s steps; it must be at least 0", warmup);
        Settings.require(
                decayFraction >= 0 && decayFraction <= 1, "decay fraction is %s; it must lie in [0, 1]", decayFraction);
    }

    /** Half a cosine. */
    public static ScheduleConfig cosine(float minLearningRate, long warmup) {
        return new ScheduleConfig(Schedule.COSINE, minLearningRate, warmup, 0);
    }
}
