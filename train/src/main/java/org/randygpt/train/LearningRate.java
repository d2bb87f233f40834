package org.randygpt.train;

/** A schedule: the learning rate of each step. */
public interface LearningRate {

    /** The rate of a step; the first step is 0. */
    float at(long step);
}
