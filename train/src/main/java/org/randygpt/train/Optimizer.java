package org.randygpt.train;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/** Changes all weights of a model by their gradients; steps allocate nothing. */
public final class Optimizer {
    private final Workers workers;
    private final List<Kernels> kernels;
    private final float learningRate;
    private final Matrix gradients;
    private final Matrix squares;
    private final Matrix weights;
    private final Matrix weightSquares;
    private final UpdateRule[] rules;
    private final Workers.Task measure = this::measure;
    private final Workers.Task apply = this::apply;

    /** Moments of zero. */
    public Optimizer(OptimizerConfig config, Parameters parameters, Workers workers, Kernels.Factory factory) {
        this.workers = workers;
        kernels = factory.team(workers.count());
        learningRate = config.learningRate();
        gradients = parameters.all(parameters.gradients());
        squares = Matrix.zeros(Math.ceilDiv(gradients.size(), Kernels.SQUARES_CHUNK), 1);
        weights = parameters.all(parameters.values());
        weightSquares = Matrix.zeros(squares.rows(), 1);
        Moments moments = new Moments(parameters);
        List<UpdateRule> all = new ArrayList<>();
        Set<Role> byAdamW = EnumSet.allOf(Role.class);
        if (config.algorithm() == Algorithm.MUON) {
            byAdamW.remove(Role.HIDDEN);
            all.add(new Muon(config, parameters, moments, workers.count(), factory));
        }
        all.add(new AdamW(config, parameters, moments, byAdamW, kernels));
        rules = all.toArray(UpdateRule[]::new);
    }

    /**
     * What rules keep of the gradients, laid out as the parameters.
     *
     * @param first running means
     * @param second running means of squares
     */
    record Moments(float[] first, float[] second) {
        Moments(Parameters parameters) {
            this(new float[parameters.values().length], new float[parameters.values().length]);
        }
    }

    /** The L2 norm of all gradients. */
    public float gradientNorm() {
        workers.run(measure);
        return (float) Math.sqrt(sum(squares));
    }

    /** Whether no weight was infinite or no number after the last update. */
    boolean hasFiniteWeights() {
        return Double.isFinite(sum(weightSquares));
    }

    private static double sum(Matrix parts) {
        double sum = 0;
        for (int i = 0; i < parts.rows(); i++) {
            sum += parts.get(i, 0);
        }
        return sum;
    }

    /**
     * Updates all parameters and clears their gradients.
     *
     * @param step 0 for the first
     * @param rate of the hidden matrices; the others' is as much of their peak as this is of its own
     * @param gradientScale what gradients are multiplied with first: below 1 when they are clipped
     */
    public void step(long step, float rate, float gradientScale) {
        double share = (double) rate / learningRate;
        for (UpdateRule rule : rules) {
            rule.prepare(step, share, gradientScale);
        }
        workers.run(apply);
    }

    /** The numbers that the next update depends on, by PyTorch's names for them and the parameter's name. */
    public SequencedMap<String, Block> state() {
        SequencedMap<String, Block> state = new LinkedHashMap<>();
        for (UpdateRule rule : rules) {
            state.putAll(rule.state());
        }
        return state;
    }

    private void measure(int worker) {
        kernels.get(worker).sumSquares(gradients, squares);
    }

    private void apply(int worker) {
        for (UpdateRule rule : rules) {
            rule.apply(worker);
        }
        workers.barrier();
        kernels.get(worker).clear(gradients);
        kernels.get(worker).sumSquares(weights, weightSquares);
    }
}
