package org.randygpt.train;

import org.randygpt.core.graph.Parameter.Role;

/**
 * How gradients change the weights.
 *
 * @param algorithm what the hidden matrices are changed by; all else is changed by AdamW
 * @param learningRate peak of the hidden matrices, which the schedule speaks of
 * @param embeddingRate peak of the embeddings; the schedule scales it as it does the first
 * @param headRate peak of an output matrix of its own, of gains and biases
 * @param momentum Muon's share of the mean gradient that each step keeps, after its first steps; AdamW does not read it
 * @param beta1 AdamW's decay of the first moment
 * @param beta2 AdamW's decay of the second moment
 * @param epsilon AdamW's, added to the root of the second moment
 * @param weightDecay of matrices, embeddings included; vectors have none
 * @param clip largest L2 norm of all gradients together; larger ones are scaled down to it; may be infinite
 */
public record OptimizerConfig(
        Algorithm algorithm,
        float learningRate,
        float embeddingRate,
        float headRate,
        float momentum,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        float clip) {

    private static final float EPSILON = 1e-8f;
    private static final float MOMENTUM = 0.95f;

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public OptimizerConfig {
        Settings.requireRate("learning rate", learningRate);
        Settings.requireRate("learning rate of the embeddings", embeddingRate);
        Settings.requireRate("learning rate of the head", headRate);
        Settings.require(momentum >= 0 && momentum < 1, "momentum is %s; it must lie in [0, 1)", momentum);
        Settings.require(beta1 >= 0 && beta1 < 1, "beta1 is %s; it must lie in [0, 1)", beta1);
        Settings.require(beta2 >= 0 && beta2 < 1, "beta2 is %s; it must lie in [0, 1)", beta2);
        Settings.require(epsilon > 0, "epsilon is %s; it must be above 0", epsilon);
        Settings.require(
                weightDecay >= 0 && weightDecay <= 1, "weight decay is %s; it must lie in [0, 1]", weightDecay);
        Settings.require(clip > 0, "the clipping norm is %s; it must be above 0", clip);
    }

    /** The peak of the learning rate of the weights of a role. */
    float peak(Role role) {
        return switch (role) {
            case EMBEDDING -> embeddingRate;
            case HIDDEN -> learningRate;
            case HEAD, VECTOR -> headRate;
        };
    }

    /** What usually works for small models: of Muon the rates of Jordan's, without decay and clipping. */
    public static OptimizerConfig usual(Algorithm algorithm) {
        return switch (algorithm) {
            case ADAMW -> adamW(3e-3f, 0.9f, 0.99f, 0.1f, 1);
            case MUON ->
                new OptimizerConfig(
                        Algorithm.MUON,
                        0.02f,
                        0.02f,
                        0.003f,
                        MOMENTUM,
                        0.9f,
                        0.99f,
                        EPSILON,
                        0,
                        Float.POSITIVE_INFINITY);
        };
    }

    /** AdamW for everything, at one rate. */
    public static OptimizerConfig adamW(float rate, float beta1, float beta2, float weightDecay, float clip) {
        return new OptimizerConfig(
                Algorithm.ADAMW, rate, rate, rate, MOMENTUM, beta1, beta2, EPSILON, weightDecay, clip);
    }
}
