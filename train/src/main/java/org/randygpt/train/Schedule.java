package org.randygpt.train;

/** How the learning rate goes on after the warm-up. */
public enum Schedule {
    /** Half a cosine down to the minimum at the last step. */
    COSINE,
    /** The peak, and a linear fall to the minimum over the last part of the run: warm-up, stable, decay. */
    WSD,
    /** The peak to the end. */
    CONSTANT,
    /** The peak, and a part of it each time that validation has not become better for a while. */
    PLATEAU
}
