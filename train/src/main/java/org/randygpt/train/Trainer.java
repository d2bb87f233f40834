package org.randygpt.train;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.Initialization;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Progress.Best;
import org.randygpt.train.Stopping.OnNan;

/** The training loop: batches in, a better model out; validated, saved and reported on the way. */
public final class Trainer {
    private static final int MOST_ROLLBACKS = 5;
    private static final float ROLLBACK_FACTOR = 0.5f;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private final Parameters parameters;
    private final RunFolder folder;
    private final MetricSink metrics;
    private final CpuPlan plan;
    private final TrainingStep update;
    private final Optional<AveragedWeights> average;
    private final SequencedMap<String, Block> forResuming;
    private final Evaluator evaluator;
    private final Snapshot snapshot;
    private final StepPlan stepPlan;
    private TrainingConfig config;
    private LearningRate schedule;
    private final RunState start;
    private long begun;
    private long done;
    private float initialLoss;
    private Best best;
    private int sinceBest;
    private float rateScale;
    private int rollbacks;

    /**
     * Allocates everything that the run will need.
     *
     * @param model trained in place
     * @param start where the run stands; with steps done, what else it needs is restored from the folder
     */
    public Trainer(
            SavedModel model,
            RunState start,
            TokenDataset dataset,
            RunFolder folder,
            Hardware hardware,
            MetricSink metrics)
            throws IOException {
        this.folder = folder;
        this.metrics = metrics;
        this.start = start;
        parameters = model.parameters();
        config = start.config();
        schedule = config.rates();
        stepPlan = new StepPlan(config);
        plan = new CpuPlan(
                Gpt.training(
                        model.config(),
                        Initialization.standard(model.config()),
                        config.dropout(),
                        config.microBatch(),
                        model.config().context()),
                parameters,
                hardware.workers(),
                hardware.kernels());
        Optimizer optimizer = new Optimizer(config.optimizer(), parameters, hardware.workers(), hardware.kernels());
        update = new TrainingStep(config, dataset, plan, optimizer);
        average = config.averaging() == 0
                ? Optional.empty()
                : Optional.of(
                        new AveragedWeights(config.averaging(), parameters, hardware.workers(), hardware.kernels()));
        forResuming = new LinkedHashMap<>(optimizer.state());
        average.ifPresent(mean -> forResuming.putAll(mean.state()));
        snapshot =
                new Snapshot(model, average.map(AveragedWeights::mean).orElse(parameters.values()), forResuming, start);
        evaluator = new Evaluator(
                config.dropout() == 0
                        ? plan
                        : plan.alongside(Gpt.training(
                                model.config(),
                                config.microBatch(),
                                model.config().context())),
                dataset);
        if (start.step() > 0) {
            folder.restore(forResuming);
        }
        goOnFrom(start.progress());
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
     * Trains until all iterations are done, nothing gets better any more or someone asks to stop; in any case, the run
     * is saved. The model then holds what was saved: the mean of its weights, if they are averaged.
     *
     * @param stop asked before each step
     * @throws NotSavedException when the run cannot be saved at its end, or before, if it is to end then
     * @throws DivergedException when a loss, a gradient or a weight is no longer a number, and the run is to end then;
     *     what was saved before stays
     */
    public Outcome run(BooleanSupplier stop) throws IOException {
        begun = System.nanoTime();
        try (Saver saver = new Saver(folder, snapshot, start, metrics);
                BatchReader.Ahead _ = update.readAhead()) {
            while (!RunState.isFinished(config, done, sinceBest) && !stop.getAsBoolean()) {
                try {
                    advance(saver);
                } catch (DivergedException problem) {
                    goBack(saver, problem);
                }
            }
            if (!saver.isSaving(done)) {
                settle(saver);
            }
            saver.finish(state());
        } catch (IOException problem) {
            throw new NotSavedException(outcome(), problem);
        }
        average.ifPresent(AveragedWeights::exchange);
        return outcome();
    }

    private Outcome outcome() {
        return new Outcome(state(), update.loss());
    }

    /** A step, and what is due after it. */
    private void advance(Saver saver) throws IOException {
        long started = System.nanoTime();
        float rate = step();
        metrics.accept(new Metric.Step(done, update.loss(), update.gradientNorm(), rate, System.nanoTime() - started));
        if (saver.isToBeAwaited(done)) {
            settle(saver);
        }
        boolean validated = done == config.nextValidation(done - 1);
        boolean better = validated && evaluate();
        if (better || start.saving().isDue(done, validated)) {
            settle(saver);
            saver.save(state());
        }
        planSteps(System.nanoTime() - started);
    }

    /**
     * One update of all weights; allocates nothing.
     *
     * @return the learning rate
     */
    float step() {
        float rate = rate();
        update.run(done, rate);
        if (average.isPresent()) {
            average.get().follow(done);
        }
        initialLoss = done == 0 ? update.loss() : initialLoss;
        done++;
        return rate;
    }

    private float rate() {
        float scheduled = schedule.at(done);
        float scaled = scheduled * rateScale;
        ScheduleConfig rates = config.schedule();
        // Only plateaus have the minimum for their floor: numbers that broke down may need less.
        return rates.shape() == Schedule.PLATEAU
                ? Math.max(scaled, Math.min(scheduled, rates.minLearningRate()))
                : scaled;
    }

    /** The plan, for what it can tell about the time that each operation takes. */
    public CpuPlan plan() {
        return plan;
    }

    /** How long it has waited for batches so far; they are read ahead. */
    public long nanosWaited() {
        return update.nanosWaited();
    }

    private RunState state() {
        long milliseconds = start.progress().milliseconds()
                + (config.stopping().minutes() == 0 ? 0 : (System.nanoTime() - begun) / NANOS_PER_MILLISECOND);
        return start.with(config)
                .at(new Progress(done, initialLoss, best, sinceBest, rateScale, rollbacks, milliseconds));
    }

    private void goOnFrom(Progress progress) {
        done = progress.step();
        initialLoss = progress.initialLoss();
        best = progress.best();
        sinceBest = progress.sinceBest();
        rateScale = progress.rateScale();
        rollbacks = progress.rollbacks();
    }

    /**
     * Waits for the last save. A best model whose save has failed is gone: the next is compared with the one before.
     */
    private void settle(Saver saver) throws IOException {
        if (!saver.await() && best.step() != done) {
            best = saver.saved().progress().best();
        }
    }

    /** Whether the model is the best so far. */
    private boolean evaluate() {
        long started = System.nanoTime();
        average.ifPresent(AveragedWeights::exchange);
        float validation = evaluator.loss();
        average.ifPresent(AveragedWeights::exchange);
        if (!Float.isFinite(validation)) {
            throw new DivergedException(
                    done, "the validation loss is %s".formatted(validation), schedule.at(done - 1), config);
        }
        boolean better = validation < best.loss();
        long nanos = System.nanoTime() - started;
        metrics.accept(new Metric.Evaluation(done, validation, better, nanos));
        stepPlan.addValidation(nanos);
        best = better ? new Best(validation, done) : best;
        sinceBest = better ? 0 : sinceBest + 1;
        ScheduleConfig rates = config.schedule();
        if (rates.shape() == Schedule.PLATEAU && !better && sinceBest % rates.plateauPatience() == 0) {
            rateScale *= rates.plateauFactor();
        }
        return better;
    }

    private void planSteps(long nanos) {
        stepPlan.add(nanos);
        long elapsed = start.progress().milliseconds() * NANOS_PER_MILLISECOND + System.nanoTime() - begun;
        long steps = stepPlan.steps(config, done, elapsed);
        if (steps != config.iterations()) {
            config = config.withIterations(steps);
            schedule = config.rates();
            metrics.accept(new Metric.Planned(steps));
        }
    }

    /** Goes on from what was saved last, more slowly. */
    private void goBack(Saver saver, DivergedException problem) throws IOException {
        settle(saver);
        if (config.stopping().onNan() == OnNan.STOP
                || rollbacks == MOST_ROLLBACKS
                || saver.saved().step() == 0) {
            throw problem;
        }
        float slower = rateScale * ROLLBACK_FACTOR;
        int times = rollbacks + 1;
        float[] weights = folder.latestModel().parameters().values();
        System.arraycopy(weights, 0, parameters.values(), 0, weights.length);
        average.ifPresent(mean -> System.arraycopy(weights, 0, mean.mean(), 0, weights.length));
        folder.restore(forResuming);
        Arrays.fill(parameters.gradients(), 0);
        goOnFrom(folder.latestState().progress());
        rateScale = slower;
        rollbacks = times;
        metrics.accept(new Metric.RolledBack(done, rateScale, problem));
    }
}
