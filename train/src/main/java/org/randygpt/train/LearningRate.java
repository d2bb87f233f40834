package org.randygpt.train;

/** A schedule: the learning rate of each step. */
public sealed interface LearningRate permits WarmupCosine, WarmupStableDecay, WarmupConstant {

    /** The rate of a step; the first step is 0. */
    float at(long step);
}
