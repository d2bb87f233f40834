package org.randygpt.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Share;
import org.randygpt.train.Optimizer.Moments;

/**
 * Muon (Jordan 2024) of the hidden matrices: momentum, looked ahead by Nesterov's rule, then orthogonalized, so that a
 * step is of the same size in every direction that the matrix knows.
 *
 * <p>Each matrix is one worker's, whoever it is: the result does not depend on how many there are.
 */
final class Muon implements UpdateRule {
    private static final String MOMENTUM = "momentum_buffer.";
    private static final float FIRST_MOMENTUM = 0.85f;
    /** Steps in which the momentum rises to what it is from then on. */
    private static final int MOMENTUM_STEPS = 300;

    private final Parameters parameters;
    private final Moments moments;
    private final OptimizerConfig config;
    private final Worker[] workers;
    private float momentum;
    private float gradientShare;
    private float rate;

    Muon(OptimizerConfig config, Parameters parameters, Moments moments, int workers, Kernels.Factory factory) {
        this.config = config;
        this.parameters = parameters;
        this.moments = moments;
        List<List<Job>> shares = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            shares.add(new ArrayList<>());
        }
        // The largest first, each to whoever has the least to do.
        parameters.declared().values().stream()
                .filter(parameter -> parameter.role() == Role.HIDDEN)
                .map(this::job)
                .sorted(Comparator.comparingLong(Job::cost).reversed())
                .forEach(job -> shares.stream()
                        .min(Comparator.comparingLong(
                                share -> share.stream().mapToLong(Job::cost).sum()))
                        .orElseThrow()
                        .add(job));
        this.workers = shares.stream()
                .map(share -> new Worker(factory.create(Share.ALL), share))
                .toArray(Worker[]::new);
    }

    private Job job(Parameter parameter) {
        return new Job(
                parameter.in(parameters.values()),
                parameter.in(parameters.gradients()),
                parameter.in(moments.first()),
                // Nobody else needs the second moments of these.
                parameter.in(moments.second()),
                parameter.parts(),
                (float) Math.sqrt(Math.max(1, (double) parameter.outputs() / parameter.inputs())));
    }

    /**
     * A matrix to update.
     *
     * @param update overwritten
     * @param parts matrices side by side in its columns, each orthogonalized alone
     * @param scale of the update
     */
    private record Job(Matrix values, Matrix gradients, Matrix momentum, Matrix update, int parts, float scale) {
        int partCols() {
            return values.cols() / parts;
        }

        int side() {
            return Math.min(values.rows(), partCols());
        }

        long cost() {
            return (long) values.size() * side();
        }
    }

    @Override
    public void prepare(long step, double share, float gradientScale) {
        float first = Math.min(FIRST_MOMENTUM, config.momentum());
        float risen = Math.min(step, MOMENTUM_STEPS) / (float) MOMENTUM_STEPS;
        momentum = first + (config.momentum() - first) * risen;
        gradientShare = (1 - momentum) * gradientScale;
        rate = (float) (share * config.learningRate());
    }

    @Override
    public void apply(int worker) {
        workers[worker].run();
    }

    @Override
    public SequencedMap<String, Block> state() {
        SequencedMap<String, Block> state = new LinkedHashMap<>();
        parameters.declared().forEach((name, parameter) -> {
            if (parameter.role() == Role.HIDDEN) {
                state.put(MOMENTUM + name, new Block(parameter.shape(), parameter.in(moments.first())));
            }
        });
        return state;
    }

    /** One thread's matrices, and what it computes with. */
    private final class Worker {
        private final Kernels kernels;
        private final Job[] jobs;
        private final Orthogonalization[] orthogonalizations;

        Worker(Kernels kernels, List<Job> jobs) {
            this.kernels = kernels;
            this.jobs = jobs.toArray(Job[]::new);
            int size = jobs.stream()
                    .mapToInt(job -> job.values().rows() * job.partCols())
                    .max()
                    .orElse(0);
            int side = jobs.stream().mapToInt(Job::side).max().orElse(0);
            Orthogonalization.Memory memory = new Orthogonalization.Memory(size, side);
            orthogonalizations = jobs.stream()
                    .map(job ->
                            new Orthogonalization(kernels, memory, job.values().rows(), job.partCols()))
                    .toArray(Orthogonalization[]::new);
        }

        void run() {
            for (int i = 0; i < jobs.length; i++) {
                Job job = jobs[i];
                Matrix update = job.update();
                kernels.scaledSum(momentum, job.momentum(), gradientShare, job.gradients(), job.momentum());
                kernels.scaledSum(momentum, job.momentum(), gradientShare, job.gradients(), update);
                for (int part = 0; part < job.parts(); part++) {
                    orthogonalize(orthogonalizations[i], update, part * job.partCols());
                }
                kernels.scaledSum(
                        1 - rate * config.weightDecay(), job.values(), -rate * job.scale(), update, job.values());
            }
        }

        /** Some columns of a matrix. */
        private static void orthogonalize(Orthogonalization orthogonalization, Matrix update, int firstCol) {
            Matrix alone = orthogonalization.matrix();
            for (int row = 0; row < update.rows(); row++) {
                System.arraycopy(
                        update.data(), update.rowAt(row) + firstCol, alone.data(), alone.rowAt(row), alone.cols());
            }
            orthogonalization.apply();
            for (int row = 0; row < update.rows(); row++) {
                System.arraycopy(
                        alone.data(), alone.rowAt(row), update.data(), update.rowAt(row) + firstCol, alone.cols());
            }
        }
    }
}
