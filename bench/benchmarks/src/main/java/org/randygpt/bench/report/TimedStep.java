package org.randygpt.bench.report;

import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Optimizer;
import org.randygpt.train.OptimizerConfig;

/** A training step in this process: forward, backward, clipping and AdamW, on the same random tokens each time. */
final class TimedStep implements Runnable {
    /** So small that the weights stay what they are. */
    private static final float RATE = 1e-6f;

    private final CpuPlan plan;
    private final Optimizer optimizer;
    private final int[] tokens;
    private long step;

    /** Takes the memory of the model and its plan. */
    TimedStep(ModelShape shape, Workers team) {
        OptimizerConfig config = OptimizerConfig.adamW(RATE, 0.9f, 0.99f, 0.1f, 1);
        Parameters parameters = shape.parameters();
        plan = new CpuPlan(shape.trainingGraph(), parameters, team, VectorKernels::new);
        optimizer = new Optimizer(config, parameters, team, VectorKernels::new);
        tokens = Samples.tokens(shape.tokensOfStep(), shape.config().vocabSize());
    }

    @Override
    public void run() {
        var _ = plan.forward(tokens, tokens);
        plan.backward();
        float norm = optimizer.gradientNorm();
        optimizer.step(step, RATE, norm > 1 ? 1 / norm : 1);
        step++;
    }
}
