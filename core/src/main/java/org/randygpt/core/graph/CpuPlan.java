package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.randygpt.core.graph.Tensor.Kind;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Workers;

/**
 * Replays a graph on a team of workers: each runs the whole list of operations on its share, and all meet after each
 * operation. Nothing is allocated after construction.
 */
public final class CpuPlan implements Plan {
    private final Graph graph;
    private final List<Op> ops;
    private final Workers workers;
    private final List<Kernels> kernels;
    private final Batch batch;
    private final int tokenLimit;
    private final int targetLimit;
    private final Matrix[] values;
    private final Matrix[] gradients;
    private final Memory[] memories;
    private final long[] forwardNanos;
    private final long[] backwardNanos;
    private final Workers.Task forward = this::forward;
    private final Workers.Task backward = this::backward;

    /** Allocates every tensor; parameters are shared with whoever else uses them. */
    public CpuPlan(Graph graph, Parameters parameters, Workers workers, Kernels.Factory factory) {
        this.graph = graph;
        this.workers = workers;
        ops = List.copyOf(graph.ops());
        kernels = factory.team(workers.count());
        batch = new Batch(graph.batch(), graph.time());
        tokenLimit =
                ops.getFirst() instanceof Embedding first ? first.tokenTable().rows() : Integer.MAX_VALUE;
        targetLimit = logits().cols();
        values = allocate(parameters.values(), Set.of(Kind.ACTIVATION, Kind.STATISTIC));
        gradients = ops.getLast() instanceof CrossEntropy
                ? allocate(parameters.gradients(), Set.of(Kind.ACTIVATION))
                : new Matrix[0];
        if (gradients.length > 0) {
            shareGradientsOfResiduals();
        }
        memories = new Memory[ops.size()];
        Set<Tensor> contributed = new HashSet<>();
        for (int i = memories.length - 1; i >= 0; i--) {
            Set<Tensor> first = new HashSet<>();
            for (Tensor input : ops.get(i).inputs()) {
                if (input.kind() == Kind.ACTIVATION && contributed.add(input)) {
                    first.add(input);
                }
            }
            memories[i] = new Memory(values, gradients, batch, first);
        }
        forwardNanos = new long[memories.length];
        backwardNanos = new long[memories.length];
    }

    @Override
    public float forward(int[] tokens, int[] targets) {
        copy(tokens, batch.tokens(), tokenLimit);
        copy(targets, batch.targets(), targetLimit);
        batch.startAt(0);
        workers.run(forward);
        return meanLoss();
    }

    /** Runs a graph without targets, such as {@code Gpt.decoding}; the first token is at {@code position}. */
    public void forwardAt(int position, int... tokens) {
        copy(tokens, batch.tokens(), tokenLimit);
        batch.startAt(position);
        workers.run(forward);
    }

    @Override
    public void backward() {
        workers.run(backward);
    }

    /** The scores of the next token after each position, (B·T, V). */
    public Tensor logits() {
        Op last = ops.getLast();
        return last instanceof CrossEntropy loss ? loss.logits() : last.output();
    }

    /** What this plan replays. */
    public Graph graph() {
        return graph;
    }

    /** The numbers of a tensor after the last forward pass. */
    public Matrix value(Tensor tensor) {
        return values[tensor.id()];
    }

    /** The gradient of a tensor after the last backward pass. */
    public Matrix gradient(Tensor tensor) {
        return gradients[tensor.id()];
    }

    /** What the last operation wrote: losses, or the logits of a graph without targets. */
    public Matrix output() {
        return value(ops.getLast().output());
    }

    /** Time that each operation has taken so far on worker 0, waiting for the others included, in order. */
    public List<OpTime> times() {
        List<OpTime> times = new ArrayList<>();
        for (int i = 0; i < memories.length; i++) {
            times.add(new OpTime(ops.get(i), forwardNanos[i], backwardNanos[i]));
        }
        return times;
    }

    /**
     * Time of one operation, summed over all passes.
     *
     * @param op the operation
     * @param forwardNanos nanoseconds in forward
     * @param backwardNanos nanoseconds in backward
     */
    public record OpTime(Op op, long forwardNanos, long backwardNanos) {}

    private void forward(int worker) {
        long started = System.nanoTime();
        for (int i = 0; i < memories.length; i++) {
            ops.get(i).forward(memories[i], kernels.get(worker));
            workers.barrier();
            if (worker == 0) {
                long now = System.nanoTime();
                forwardNanos[i] += now - started;
                started = now;
            }
        }
    }

    private void backward(int worker) {
        long started = System.nanoTime();
        for (int i = memories.length - 1; i >= 0; i--) {
            ops.get(i).backward(memories[i], kernels.get(worker));
            workers.barrier();
            if (worker == 0) {
                long now = System.nanoTime();
                backwardNanos[i] += now - started;
                started = now;
            }
        }
    }

    private float meanLoss() {
        Matrix losses = output();
        double sum = 0;
        for (int i = 0; i < losses.rows(); i++) {
            sum += losses.get(i, 0);
        }
        return (float) (sum / losses.rows());
    }

    /** A block for each tensor of the kinds; parameters are blocks of the given array, other tensors have none. */
    private Matrix[] allocate(float[] parameters, Set<Kind> kinds) {
        Matrix[] blocks = new Matrix[graph.tensors().size()];
        for (Tensor tensor : graph.tensors()) {
            if (tensor.kind() == Kind.PARAMETER) {
                blocks[tensor.id()] =
                        new Matrix(parameters, graph.parameterOffset(tensor), tensor.rows(), tensor.cols());
            } else if (kinds.contains(tensor.kind())) {
                blocks[tensor.id()] = Matrix.zeros(tensor.rows(), tensor.cols());
            }
        }
        return blocks;
    }

    /**
     * Lets a residual connection a + b and both its inputs have one gradient, so that its backward has nothing to do.
     * That needs b to be made by the very operation before, from something else than a, whose backward is then done
     * with the gradient before anyone adds to that of a, and nobody else to use b, nor to use a after the connection.
     */
    private void shareGradientsOfResiduals() {
        for (int i = ops.size() - 1; i > 0; i--) {
            if (ops.get(i) instanceof Add add
                    && ops.get(i - 1).output().equals(add.b())
                    && !ops.get(i - 1).inputs().contains(add.a())
                    && isLastUse(add.a(), i)
                    && isLastUse(add.b(), i)) {
                gradients[add.a().id()] = gradients[add.output().id()];
                gradients[add.b().id()] = gradients[add.output().id()];
            }
        }
    }

    private boolean isLastUse(Tensor tensor, int at) {
        return tensor.kind() == Kind.ACTIVATION
                && ops.subList(at + 1, ops.size()).stream()
                        .noneMatch(op -> op.inputs().contains(tensor));
    }

    private static void copy(int[] from, int[] to, int limit) {
        if (from.length != to.length) {
            throw new IllegalArgumentException(
                    "a batch of %d tokens does not fit a graph of %d".formatted(from.length, to.length));
        }
        for (int i = 0; i < to.length; i++) {
            if (from[i] < 0 || from[i] >= limit) {
                throw new IllegalArgumentException(
                        "token %d does not exist in a vocabulary of %d".formatted(from[i], limit));
            }
            to[i] = from[i];
        }
    }
}
