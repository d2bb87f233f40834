package org.randygpt.train;

/**
 * A linear rise over the warm-up, then the peak for good.
 *
 * @param peak reached at the last step of the warm-up
 * @param warmup steps of the rise
 */
record WarmupConstant(float peak, long warmup) implements LearningRate {

    @Override
    public float at(long step) {
        return step < warmup ? (float) ((double) peak * (step + 1) / warmup) : peak;
    }
}
