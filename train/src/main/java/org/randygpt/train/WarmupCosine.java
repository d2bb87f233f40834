package org.randygpt.train;

/**
 * A linear rise over the warm-up, then half a cosine from the peak down to the floor (Loshchilov and Hutter 2017).
 *
 * @param peak reached at the last step of the warm-up
 * @param floor reached at the last step
 * @param warmup steps of the rise
 * @param steps of the whole run
 */
record WarmupCosine(float peak, float floor, long warmup, long steps) implements LearningRate {

    @Override
    public float at(long step) {
        if (step < warmup) {
            return (float) ((double) peak * (step + 1) / warmup);
        }
        double done = Math.min(1, (double) (step + 1 - warmup) / Math.max(1, steps - warmup));
        return (float) (floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * done)));
    }
}
