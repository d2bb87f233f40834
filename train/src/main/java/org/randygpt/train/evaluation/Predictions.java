package org.randygpt.train.evaluation;

import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.model.Gpt;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.train.Trainer.Hardware;

/** What a model says of a batch's targets: a row is a position. */
final class Predictions {
    private final CpuPlan plan;
    private final Hardware hardware;
    private final int[] ranks;
    private final float[] highest;
    private int[] targets = {};

    /**
     * Makes room for batches.
     *
     * @param batch windows at once
     * @param time tokens of each
     */
    Predictions(SavedModel model, Hardware hardware, int batch, int time) {
        plan = new CpuPlan(
                Gpt.training(model.config(), batch, time), model.parameters(), hardware.workers(), hardware.kernels());
        this.hardware = hardware;
        ranks = new int[batch * time];
        highest = new float[ranks.length];
    }

    /**
     * Runs the model.
     *
     * @param wanted (B·T) targets, -1 where nothing is asked for
     * @throws IllegalArgumentException when the model's numbers are not finite
     */
    void run(int[] tokens, int[] wanted) {
        targets = wanted;
        if (!Float.isFinite(plan.forward(tokens, wanted))) {
            throw new IllegalArgumentException(
                    "the model's loss is not a finite number, so that its weights cannot be right; use another save of it");
        }
        hardware.workers().run(this::readLogits);
    }

    private void readLogits(int worker) {
        Matrix logits = plan.value(plan.logits());
        for (int row = worker; row < ranks.length; row += hardware.workers().count()) {
            if (targets[row] != Kernels.NOT_PREDICTED) {
                readLogits(logits, row);
            }
        }
    }

    private void readLogits(Matrix logits, int row) {
        float[] data = logits.data();
        int start = logits.offset() + row * logits.cols();
        float own = data[start + targets[row]];
        float most = own;
        int before = 0;
        for (int id = 0; id < logits.cols(); id++) {
            float logit = data[start + id];
            // Of equals the first is chosen.
            before += logit > own || logit == own && id < targets[row] ? 1 : 0;
            most = Math.max(most, logit);
        }
        ranks[row] = before;
        highest[row] = most - own;
    }

    /** The negative log-likelihood of a row's target, in nats; 0 without one. */
    double loss(int row) {
        return plan.output().get(row, 0);
    }

    /** How many tokens are likelier than a row's target; what it is without one does not matter. */
    int rank(int row) {
        return ranks[row];
    }

    /** The probability of a row's likeliest token. */
    double confidence(int row) {
        // p(likeliest) = p(target) · e^(difference of their logits)
        return Math.min(1, StrictMath.exp(highest[row] - loss(row)));
    }
}
