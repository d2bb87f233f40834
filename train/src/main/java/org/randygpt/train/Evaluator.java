package org.randygpt.train;

import org.randygpt.core.graph.CpuPlan;

/** The loss over the held-out part, in windows of the context's length. */
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
        long count = 0;
        for (long window = 0; window < dataset.evaluationWindows(); window += tokens.length / time) {
            count += dataset.heldOutBatch(window, tokens, targets);
            plan.forward(tokens, targets);
            for (int i = 0; i < targets.length; i++) {
                // The loss of what is not predicted is 0.
                sum += plan.output().get(i, 0);
            }
        }
        return (float) (sum / count);
    }
}
