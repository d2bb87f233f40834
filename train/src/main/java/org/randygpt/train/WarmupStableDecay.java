package org.randygpt.train;

/**
 * A linear rise over the warm-up, the peak, and a linear fall from the peak to the floor (Hu et al. 2024, section 4).
 * Where rise and fall overlap, the lower rate holds.
 *
 * @param peak reached at the last step of the warm-up
 * @param floor reached at the last step
 * @param warmup steps of the rise
 * @param decay steps of the fall
 * @param steps of the whole run
 */
record WarmupStableDecay(float peak, float floor, long warmup, long decay, long steps) implements LearningRate {

    @Override
    public float at(long step) {
        double rise = step < warmup ? (double) peak * (step + 1) / warmup : peak;
        long left = Math.max(0, steps - (step + 1));
        double fall = left < decay ? floor + ((double) peak - floor) * left / decay : peak;
        return (float) Math.min(rise, fall);
    }
}
