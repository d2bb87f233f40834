package org.randygpt.kernels;

/**
 * The numbers of one AdamW update (Loshchilov and Hutter 2019, algorithm 2), set anew before each step.
 *
 * <p>Mutable and reused, so that a training step allocates nothing.
 */
public final class AdamWStep {
    final float beta1;
    final float beta2;
    final float epsilon;
    float learningRate;
    float gradientScale;
    float firstCorrection;
    float secondCorrection;

    /**
     * Settings that stay for a whole run.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the second moment
     */
    public AdamWStep(float beta1, float beta2, float epsilon) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    /**
     * Sets the numbers of one step.
     *
     * @param step 1 for the first update: bias correction depends on it
     * @param learningRate of this step
     * @param gradientScale what gradients are multiplied with first: below 1 when they are clipped
     */
    public void set(long step, float learningRate, float gradientScale) {
        this.learningRate = learningRate;
        this.gradientScale = gradientScale;
        firstCorrection = (float) (1 / (1 - Math.pow(beta1, (double) step)));
        secondCorrection = (float) (1 / (1 - Math.pow(beta2, (double) step)));
    }
}
