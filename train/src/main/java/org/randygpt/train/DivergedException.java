package org.randygpt.train;

/** Training broke down: a loss or a gradient is infinite or not a number. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DivergedException(long step, float loss, float gradientNorm, float learningRate) {
        super("training diverged at step %d: loss %s, gradient norm %s; use a smaller learning rate than %s"
                .formatted(step, loss, gradientNorm, learningRate));
    }
}
