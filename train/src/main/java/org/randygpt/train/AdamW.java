package org.randygpt.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter.Rank;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.graph.Parameters.Range;
import org.randygpt.kernels.AdamWStep;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Kernels.AdamWState;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/** AdamW over all parameters; steps allocate nothing. */
public final class AdamW {
    private final Workers workers;
    private final List<Kernels> kernels;
    private final AdamWStep numbers;
    private final float weightDecay;
    private final float[] firstMoment;
    private final float[] secondMoment;
    private final Matrix gradients;
    private final Matrix squares;
    private final AdamWState[] matrices;
    private final AdamWState[] vectors;
    private final Workers.Task measure = this::measure;
    private final Workers.Task apply = this::apply;

    /** Moments of zero. */
    public AdamW(TrainingConfig config, Parameters parameters, Workers workers, Kernels.Factory factory) {
        this.workers = workers;
        kernels = factory.team(workers.count());
        numbers = new AdamWStep(config.beta1(), config.beta2(), config.epsilon());
        weightDecay = config.weightDecay();
        int size = parameters.values().length;
        firstMoment = new float[size];
        secondMoment = new float[size];
        gradients = parameters.all(parameters.gradients());
        squares = Matrix.zeros(Math.ceilDiv(gradients.size(), Kernels.SQUARES_CHUNK), 1);
        matrices = states(parameters, Rank.MATRIX);
        vectors = states(parameters, Rank.VECTOR);
    }

    /** What steps change beside the parameters, laid out as they are: the arrays themselves, under PyTorch's names. */
    SequencedMap<String, float[]> state() {
        SequencedMap<String, float[]> moments = new LinkedHashMap<>();
        moments.put("exp_avg", firstMoment);
        moments.put("exp_avg_sq", secondMoment);
        return moments;
    }

    /** The L2 norm of all gradients. */
    public float gradientNorm() {
        workers.run(measure);
        double sum = 0;
        for (int i = 0; i < squares.rows(); i++) {
            sum += squares.get(i, 0);
        }
        return (float) Math.sqrt(sum);
    }

    /**
     * Updates all parameters and clears their gradients.
     *
     * @param step 0 for the first
     * @param gradientScale what gradients are multiplied with first: below 1 when they are clipped
     */
    public void step(long step, float learningRate, float gradientScale) {
        numbers.set(step + 1, learningRate, gradientScale);
        workers.run(apply);
    }

    private void measure(int worker) {
        kernels.get(worker).sumSquares(gradients, squares);
    }

    private void apply(int worker) {
        Kernels mine = kernels.get(worker);
        for (AdamWState state : matrices) {
            mine.adamW(numbers, weightDecay, state);
        }
        for (AdamWState state : vectors) {
            mine.adamW(numbers, 0, state);
        }
        workers.barrier();
        mine.clear(gradients);
    }

    private AdamWState[] states(Parameters parameters, Rank rank) {
        return parameters.ranges(rank).stream()
                .map(range -> new AdamWState(
                        block(parameters.values(), range),
                        block(parameters.gradients(), range),
                        block(firstMoment, range),
                        block(secondMoment, range)))
                .toArray(AdamWState[]::new);
    }

    private static Matrix block(float[] array, Range range) {
        return new Matrix(array, range.from(), 1, range.to() - range.from());
    }
}
