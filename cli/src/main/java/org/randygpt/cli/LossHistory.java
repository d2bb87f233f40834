package org.randygpt.cli;

import java.util.Arrays;
import org.randygpt.cli.charts.Curve;

/** Losses of a run so far, thinned out so that their number stays bounded. */
final class LossHistory {
    private static final int MOST = 512;

    private final double[] steps = new double[MOST];
    private final double[] losses = new double[MOST];
    private int size;
    private long every = 1;
    private long seen;

    /** Adds the loss of the next step. */
    void add(long step, double loss) {
        if (seen++ % every != 0) {
            return;
        }
        if (size == MOST) {
            for (int i = 0; i < MOST / 2; i++) {
                steps[i] = steps[2 * i];
                losses[i] = losses[2 * i];
            }
            size /= 2;
            every *= 2;
        }
        steps[size] = step;
        losses[size++] = loss;
    }

    /** The losses by steps. */
    Curve curve() {
        return new Curve(Arrays.copyOf(steps, size), Arrays.copyOf(losses, size));
    }
}
