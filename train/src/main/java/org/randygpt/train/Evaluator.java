package org.randygpt.train;

import org.randygpt.core.graph.CpuPlan;

/** The loss over the whole held-out part, in windows of the context's length one after the other. */
public final class Evaluator {
    private final CpuPlan plan;
    private final TokenDataset dataset;
    private final int time;
    private final int[] tokens;
    private final int[] targets;

    /** Evaluates with a training plan without dropout, whose last batch it overwrites. */
    public Evaluator(CpuPlan plan, TokenDataset dataset) {
        this.plan = plan;
        this.dataset = dataset;
        time = plan.graph().time();
        tokens = new int[plan.graph().batch() * time];
        targets = new int[tokens.length];
    }

    /** Mean loss in nats per token. */
    public float loss() {
        double sum = 0;
        for (int window = 0; window * time < dataset.heldOutSize(); window += tokens.length / time) {
            int count = dataset.heldOutBatch(window, time, tokens, targets);
            plan.forward(tokens, targets);
            for (int i = 0; i < count; i++) {
                sum += plan.output().get(i, 0);
            }
        }
        return (float) (sum / dataset.heldOutSize());
    }
}
