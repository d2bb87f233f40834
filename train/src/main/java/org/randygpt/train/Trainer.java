package org.randygpt.train;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.model.Gpt;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.RunState.Best;

/** The training loop: batches in, a better model out; validated, saved and reported on the way. */
public final class Trainer {
    private final TrainingConfig config;
    private final TokenDataset dataset;
    private final RunFolder folder;
    private final MetricSink metrics;
    private final CpuPlan plan;
    private final AdamW optimizer;
    private final Evaluator evaluator;
    private final LearningRate schedule;
    private final int[] tokens;
    private final int[] targets;
    private final RunState start;
    private long done;
    private final Snapshot snapshot;
    private float initialLoss;
    private Best best;
    private float loss;
    private float gradientNorm;

    /**
     * Allocates everything that the run will need.
     *
     * @param model trained in place
     * @param start where the run stands; with steps done, the optimizer is restored from the folder
     */
    public Trainer(
            SavedModel model,
            RunState start,
            TokenDataset dataset,
            RunFolder folder,
            Hardware hardware,
            MetricSink metrics)
            throws IOException {
        this.dataset = dataset;
        this.folder = folder;
        this.metrics = metrics;
        this.start = start;
        done = start.step();
        initialLoss = start.initialLoss();
        best = start.best();
        config = start.config();
        schedule = config.rates();
        Graph graph =
                Gpt.training(model.config(), config.batch(), model.config().context());
        plan = new CpuPlan(graph, model.parameters(), hardware.workers(), hardware.kernels());
        optimizer = new AdamW(config, model.parameters(), hardware.workers(), hardware.kernels());
        if (start.step() > 0) {
            folder.restore(optimizer, model.parameters());
        }
        snapshot = new Snapshot(model, optimizer, start);
        evaluator = new Evaluator(plan, dataset);
        tokens = new int[config.batch() * graph.time()];
        targets = new int[tokens.length];
    }

    /**
     * What computes.
     *
     * @param workers the threads, which the caller closes
     * @param kernels the arithmetic
     */
    public record Hardware(Workers workers, Kernels.Factory kernels) {}

    /**
     * What a run came to.
     *
     * @param state where it stands
     * @param finalLoss of the last batch, in nats per token
     */
    public record Outcome(RunState state, float finalLoss) {}

    /**
     * Trains until all iterations are done or someone asks to stop; either way, the run is saved.
     *
     * @param stop asked before each step
     * @throws IOException when the run cannot be saved at its end, or before, if it is to end then
     * @throws DivergedException when a loss or a gradient is no longer a number; what was saved before stays
     */
    public Outcome run(BooleanSupplier stop) throws IOException {
        try (Saver saver = new Saver(folder, snapshot, start, metrics)) {
            while (done < config.iterations() && !stop.getAsBoolean()) {
                long started = System.nanoTime();
                step();
                metrics.accept(
                        new Metric.Step(done, loss, gradientNorm, schedule.at(done - 1), System.nanoTime() - started));
                if (saver.isToBeAwaited(done)) {
                    settle(saver);
                }
                boolean validated = done % config.evaluateEvery() == 0 || done == config.iterations();
                boolean better = validated && evaluate();
                if (better || start.saving().isDue(done, validated)) {
                    settle(saver);
                    saver.save(state());
                }
            }
            settle(saver);
            saver.finish(state());
        }
        return new Outcome(state(), loss);
    }

    /** One update of all weights; allocates nothing. */
    void step() {
        dataset.sample(config.seed(), done, plan.graph().time(), tokens, targets);
        loss = plan.forward(tokens, targets);
        plan.backward();
        gradientNorm = optimizer.gradientNorm();
        float rate = schedule.at(done);
        if (!Float.isFinite(loss) || !Float.isFinite(gradientNorm)) {
            throw new DivergedException(done + 1, loss, gradientNorm, rate);
        }
        optimizer.step(done, rate, gradientNorm > config.clip() ? config.clip() / gradientNorm : 1);
        initialLoss = done == 0 ? loss : initialLoss;
        done++;
    }

    /** The plan, for what it can tell about the time that each operation takes. */
    public CpuPlan plan() {
        return plan;
    }

    private RunState state() {
        return start.at(done, initialLoss, best);
    }

    /**
     * Waits for the last save. A best model whose save has failed is gone: the next is compared with the one before.
     */
    private void settle(Saver saver) throws IOException {
        if (!saver.await() && best.step() != done) {
            best = saver.saved().best();
        }
    }

    /** Whether the model is the best so far. */
    private boolean evaluate() {
        long started = System.nanoTime();
        float validation = evaluator.loss();
        if (!Float.isFinite(validation)) {
            throw new DivergedException(done, validation, gradientNorm, schedule.at(done - 1));
        }
        boolean better = validation < best.loss();
        metrics.accept(new Metric.Evaluation(done, validation, better, System.nanoTime() - started));
        best = better ? new Best(validation, done) : best;
        return better;
    }
}
