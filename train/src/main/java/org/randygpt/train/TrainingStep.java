package org.randygpt.train;

import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.kernels.SplitMix;

/** One update of all weights by a batch; allocates nothing. */
final class TrainingStep {
    private final TrainingConfig config;
    private final TokenDataset dataset;
    private final CpuPlan plan;
    private final Optimizer optimizer;
    private final int[] tokens;
    private final int[] targets;
    private float loss;
    private float gradientNorm;

    TrainingStep(TrainingConfig config, TokenDataset dataset, CpuPlan plan, Optimizer optimizer) {
        this.config = config;
        this.dataset = dataset;
        this.plan = plan;
        this.optimizer = optimizer;
        Graph graph = plan.graph();
        tokens = new int[graph.batch() * graph.time()];
        targets = new int[tokens.length];
    }

    /** Mean over the last batch before its update, in nats per token. */
    float loss() {
        return loss;
    }

    /** L2 norm of the last gradients before clipping. */
    float gradientNorm() {
        return gradientNorm;
    }

    /**
     * Does a step.
     *
     * @param step 0 for the first
     * @param rate learning rate of the hidden matrices
     * @throws DivergedException when the loss, a gradient or a weight is infinite or no number
     */
    void run(long step, float rate) {
        int parts = config.passes();
        double losses = 0;
        for (int part = 0; part < parts; part++) {
            long first = step * config.batch() + (long) part * config.microBatch();
            dataset.sample(config.seed(), first, plan.graph().time(), tokens, targets);
            plan.dropout(SplitMix.mix(SplitMix.mix(config.seed()) + step), part);
            float partLoss = plan.forward(tokens, targets);
            if (!Float.isFinite(partLoss)) {
                throw new DivergedException(step + 1, Breakdown.ofLoss(plan, partLoss), rate, config);
            }
            losses += partLoss;
            plan.backward();
        }
        loss = (float) (losses / parts);
        // The gradients of the parts have added up to so many times that of their mean.
        gradientNorm = optimizer.gradientNorm() / parts;
        if (!Float.isFinite(gradientNorm)) {
            throw new DivergedException(step + 1, Breakdown.ofGradients(plan.parameters()), rate, config);
        }
        float clip = config.optimizer().clip();
        optimizer.step(step, rate, (gradientNorm > clip ? clip / gradientNorm : 1) / parts);
        if (!optimizer.hasFiniteWeights()) {
            throw new DivergedException(step + 1, Breakdown.ofWeights(plan.parameters()), rate, config);
        }
    }
}
