package org.randygpt.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/**
 * An exponential mean of a model's weights over its steps, which is often better than the weights themselves. Early in
 * a run it forgets faster, so that the start does not count for long.
 */
final class AveragedWeights {
    private static final String LIVE = "weights.";
    /** As in TensorFlow's ExponentialMovingAverage: (1 + step) / (10 + step). */
    private static final double SLOWNESS = 10;

    private final Parameters parameters;
    private final float decay;
    private final Workers workers;
    private final List<Kernels> kernels;
    private final float[] mean;
    private final Matrix live;
    private final Matrix averaged;
    private final Workers.Task follow = this::follow;
    private float kept;

    /** A mean of the weights as they are. */
    AveragedWeights(float decay, Parameters parameters, Workers workers, Kernels.Factory factory) {
        this.decay = decay;
        this.parameters = parameters;
        this.workers = workers;
        kernels = factory.team(workers.count());
        mean = parameters.values().clone();
        live = parameters.all(parameters.values());
        averaged = parameters.all(mean);
    }

    /** Takes the weights after a step, 0 for the first, into the mean. */
    void follow(long step) {
        kept = (float) Math.min(decay, (1 + step) / (SLOWNESS + step));
        workers.run(follow);
    }

    private void follow(int worker) {
        kernels.get(worker).scaledSum(kept, averaged, 1 - kept, live, averaged);
    }

    /** Has weights and mean change places. */
    void exchange() {
        float[] values = parameters.values();
        for (int i = 0; i < mean.length; i++) {
            float value = values[i];
            values[i] = mean[i];
            mean[i] = value;
        }
    }

    /** The mean, laid out as the weights; the array itself. */
    float[] mean() {
        return mean;
    }

    /** The weights themselves, which a file keeps beside a model of their mean. */
    SequencedMap<String, Block> state() {
        SequencedMap<String, Block> state = new LinkedHashMap<>();
        parameters
                .declared()
                .forEach((name, parameter) ->
                        state.put(LIVE + name, new Block(parameter.shape(), parameter.in(parameters.values()))));
        return state;
    }
}
