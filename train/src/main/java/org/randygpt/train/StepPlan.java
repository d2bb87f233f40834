package org.randygpt.train;

/**
 * How many steps a run of so many minutes has. It is planned anew as the run goes, by how long the last steps took,
 * until {@link #SETTLED} of it is done: then it stays, for the learning rate falls to its end.
 */
final class StepPlan {
    private static final double SETTLED = 0.6;
    private static final double NANOS_PER_MINUTE = 60e9;
    private static final double MILLISECONDS_PER_MINUTE = 60e3;
    /** Steps until the first plan, and then a part of those done until the next. */
    private static final long FIRST = 5;

    private static final double GROWTH = 0.5;

    private final float minutes;
    private long nanos;
    private long steps;
    private long next;
    private double validationNanos;

    StepPlan(TrainingConfig config) {
        minutes = config.stopping().minutes();
        next = FIRST;
    }

    /**
     * How many steps a run is to have that goes on, until its own next steps are known: so many as if they all took as
     * long as those before.
     *
     * @param minutes of the whole run
     * @param done steps that have been done, at least 1
     * @param milliseconds that they have taken
     */
    static long steps(float minutes, long done, long milliseconds) {
        double ofStep = (double) Math.max(1, milliseconds) / done;
        double left = minutes * MILLISECONDS_PER_MINUTE - milliseconds;
        return done + Math.max(1, (long) (left / ofStep));
    }

    /** A step, and what was done with it, has taken so long. */
    void add(long stepNanos) {
        nanos += stepNanos;
        steps++;
    }

    /** A validation has taken so long, beside its step. */
    void addValidation(long newNanos) {
        validationNanos = newNanos;
    }

    /**
     * How many steps there are to be.
     *
     * @param elapsedNanos of the whole run
     */
    long steps(TrainingConfig config, long done, long elapsedNanos) {
        if (minutes == 0 || steps < next || done >= SETTLED * config.iterations()) {
            return config.iterations();
        }
        double ofStep = (double) nanos / steps + validationNanos / config.evaluateEvery();
        next = (long) Math.max(FIRST, GROWTH * done);
        nanos = 0;
        steps = 0;
        double left = minutes * NANOS_PER_MINUTE - elapsedNanos - validationNanos;
        return done + Math.max(1, (long) (left / ofStep));
    }
}
