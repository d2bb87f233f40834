package org.randygpt.train;

import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.kernels.SplitMix;

/** One update of all weights by a batch; allocates nothing. */
final class TrainingStep {
    private final TrainingConfig config;
    private final BatchReader batches;
    private final CpuPlan plan;
    private final Optimizer optimizer;
    private float loss;
    private float gradientNorm;

    TrainingStep(TrainingConfig config, TokenDataset dataset, CpuPlan plan, Optimizer optimizer) {
        this.config = config;
        this.plan = plan;
        this.optimizer = optimizer;
        Graph graph = plan.graph();
        batches = new BatchReader(dataset, graph.batch(), graph.time());
    }

    /** Has batches read ahead until what is returned is closed. */
    BatchReader.Ahead readAhead() {
        return batches.ahead();
    }

    /** How long batches have been waited for, all together. */
    long nanosWaited() {
        return batches.nanosWaited();
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
        long predicted = 0;
        for (int part = 0; part < parts; part++) {
            long first = step * config.batch() + (long) part * config.microBatch();
            batches.take(first);
            plan.dropout(SplitMix.mix(SplitMix.mix(config.seed()) + step), part);
            float partLoss = plan.forward(batches.tokens(), batches.targets());
            if (!Float.isFinite(partLoss)) {
                throw new DivergedException(step + 1, Breakdown.ofLoss(plan, partLoss), rate, config);
            }
            losses += partLoss;
            predicted += batches.predicted();
            plan.backward();
        }
        // What the parts have added up to are means over all places, of which not all may predict something.
        float divisor = (float) ((double) predicted / batches.tokens().length);
        loss = (float) (losses / divisor);
        gradientNorm = optimizer.gradientNorm() / divisor;
        if (!Float.isFinite(gradientNorm)) {
            throw new DivergedException(step + 1, Breakdown.ofGradients(plan.parameters()), rate, config);
        }
        float clip = config.optimizer().clip();
        optimizer.step(step, rate, (gradientNorm > clip ? clip / gradientNorm : 1) / divisor);
        if (!optimizer.hasFiniteWeights()) {
            throw new DivergedException(step + 1, Breakdown.ofWeights(plan.parameters()), rate, config);
        }
    }
}
