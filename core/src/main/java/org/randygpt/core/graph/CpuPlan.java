package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.randygpt.core.graph.Tensor.Kind;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.RotaryTable;
import org.randygpt.kernels.Workers;

/**
 * Replays a graph on a team of workers: each runs the whole list of operations on its share, and all meet after each
 * operation. Nothing is allocated after construction.
 */
public final class CpuPlan implements Plan {
    private final Graph graph;
    private final List<Op> ops;
    private final Parameters parameters;
    private final Workers workers;
    private final List<Kernels> kernels;
    private final List<Matrix> caches;
    private final Batch batch;
    private final int tokenLimit;
    private final int targetLimit;
    private final Matrix[] values;
    private final Memory[] forwardMemories;
    private final Memory[] backwardMemories;
    private final List<BackwardPass.Step> backwardSteps;
    private final long[] forwardNanos;
    private final long[] backwardNanos;
    private volatile boolean timed;
    private final Workers.Task forward = this::forward;
    private final Workers.Task backward = this::backward;

    /** Allocates memory for every tensor; parameters are shared with whoever else uses them. */
    public CpuPlan(Graph graph, Parameters parameters, Workers workers, Kernels.Factory factory) {
        this(graph, parameters, workers, factory, MemoryLayout.Reuse.BY_LIFETIME);
    }

    /** The same, with or without sharing of memory, which makes no difference to any result. */
    CpuPlan(Graph graph, Parameters parameters, Workers workers, Kernels.Factory factory, MemoryLayout.Reuse reuse) {
        this(graph, parameters, workers, factory.team(workers.count()), newCaches(graph), reuse);
    }

    private CpuPlan(
            Graph graph,
            Parameters parameters,
            Workers workers,
            List<Kernels> kernels,
            List<Matrix> caches,
            MemoryLayout.Reuse reuse) {
        this.graph = graph;
        this.parameters = parameters;
        this.workers = workers;
        this.kernels = kernels;
        this.caches = caches;
        ops = List.copyOf(graph.ops());
        batch = new Batch(graph.batch(), graph.time());
        tokenLimit = switch (ops.getFirst()) {
            case Embedding first -> first.tokenTable().rows();
            case TokenEmbedding first -> first.tokenTable().rows();
            default -> Integer.MAX_VALUE;
        };
        targetLimit = logits().cols();
        MemoryLayout layout = MemoryLayout.of(graph, reuse);
        Matrix[] slots = Arrays.stream(layout.slotSizes())
                .mapToObj(size -> Matrix.zeros(1, size))
                .toArray(Matrix[]::new);
        values = blocks(parameters.values(), slots, layout::valueSlot);
        Matrix[] backwardValues = blocks(parameters.values(), slots, layout::backwardValueSlot);
        Matrix[] gradients = blocks(parameters.gradients(), slots, layout::gradientSlot);
        int cache = 0;
        for (Tensor tensor : graph.tensors()) {
            if (tensor.kind() == Kind.STATISTIC) {
                values[tensor.id()] = Matrix.zeros(tensor.rows(), tensor.cols());
                backwardValues[tensor.id()] = values[tensor.id()];
            } else if (tensor.kind() == Kind.CACHE) {
                values[tensor.id()] = caches.get(cache++);
            }
        }
        fillRotaryTables();
        forwardMemories = new Memory[ops.size()];
        backwardMemories = new Memory[ops.size()];
        backwardSteps = new BackwardPass(graph).steps();
        Set<Tensor> contributed = new HashSet<>();
        for (int i = ops.size() - 1; i >= 0; i--) {
            Set<Tensor> first = new HashSet<>();
            for (Tensor input : ops.get(i).inputs()) {
                if (input.kind() == Kind.ACTIVATION && contributed.add(input)) {
                    first.add(input);
                }
            }
            forwardMemories[i] = new Memory(values, gradients, batch, first);
            backwardMemories[i] = new Memory(backwardValues, gradients, batch, first);
        }
        forwardNanos = new long[ops.size()];
        backwardNanos = new long[ops.size()];
    }

    private void fillRotaryTables() {
        Set<Tensor> filled = new HashSet<>();
        for (Op op : ops) {
            if (op instanceof Rotate rotate && filled.add(rotate.angles().table())) {
                RotaryTable.fill(value(rotate.angles().table()), rotate.angles().base());
            }
        }
    }

    private static List<Matrix> newCaches(Graph graph) {
        return graph.tensors().stream()
                .filter(tensor -> tensor.kind() == Kind.CACHE)
                .map(tensor -> Matrix.zeros(tensor.rows(), tensor.cols()))
                .toList();
    }

    /** A plan of another graph of the same model, which shares this one's parameters, workers, kernels and caches. */
    public CpuPlan alongside(Graph other) {
        return new CpuPlan(other, parameters, workers, kernels, caches, MemoryLayout.Reuse.BY_LIFETIME);
    }

    @Override
    public float forward(int[] tokens, int[] targets) {
        copy(tokens, batch.tokens(), 0, tokenLimit);
        copy(targets, batch.targets(), Kernels.NOT_PREDICTED, targetLimit);
        batch.startAt(0);
        workers.run(forward);
        return meanLoss();
    }

    /**
     * Says which elements dropout leaves out from now on.
     *
     * @param seed the same for all parts of a batch
     * @param part of the batch, all of one size; 0 for the first
     */
    public void dropout(long seed, int part) {
        batch.dropout(seed, part);
    }

    /** Runs a graph without targets, such as {@code Gpt.decoding}; the first token is at {@code position}. */
    public void forwardAt(int position, int... tokens) {
        copy(tokens, batch.tokens(), 0, tokenLimit);
        batch.startAt(position);
        workers.run(forward);
    }

    @Override
    public void backward() {
        workers.run(backward);
    }

    /** Runs the last forward pass again, and says the first operation of which a number is infinite or none. */
    public OptionalInt firstNotFinite() {
        for (int i = 0; i < ops.size(); i++) {
            int op = i;
            workers.run(worker -> ops.get(op).forward(forwardMemories[op], kernels.get(worker)));
            Matrix out = value(ops.get(op).output());
            for (int at = out.offset(); at < out.offset() + out.size(); at++) {
                if (!Float.isFinite(out.data()[at])) {
                    return OptionalInt.of(op);
                }
            }
        }
        return OptionalInt.empty();
    }

    /** The weights and their gradients. */
    public Parameters parameters() {
        return parameters;
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

    /** The numbers of a tensor after the last forward pass: the logits or losses, for other activations may be gone. */
    public Matrix value(Tensor tensor) {
        return values[tensor.id()];
    }

    /** What the last operation wrote: losses, or the logits of a graph without targets. */
    public Matrix output() {
        return value(ops.getLast().output());
    }

    /**
     * Time that each operation has taken on worker 0 since the first call, waiting for the others included, in order.
     * The first call begins the measurement, which takes longer than the smallest operations.
     */
    public List<OpTime> times() {
        timed = true;
        List<OpTime> times = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
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
        for (int i = 0; i < forwardMemories.length; i++) {
            ops.get(i).forward(forwardMemories[i], kernels.get(worker));
            workers.barrier();
            if (timed && worker == 0) {
                long now = System.nanoTime();
                forwardNanos[i] += now - started;
                started = now;
            }
        }
    }

    private void backward(int worker) {
        long started = System.nanoTime();
        for (int s = 0; s < backwardSteps.size(); s++) {
            BackwardPass.Step step = backwardSteps.get(s);
            int i = step.op();
            if (step.ofInputs()) {
                ops.get(i).backward(backwardMemories[i], kernels.get(worker));
            }
            if (step.ofParameters()) {
                ops.get(i).parameterGradients(backwardMemories[i], kernels.get(worker));
            }
            workers.barrier();
            if (timed && worker == 0) {
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

    /** A block for each parameter, of the given array, and for each activation that has a slot. */
    private Matrix[] blocks(float[] parameters, Matrix[] slots, ToIntFunction<Tensor> slotOf) {
        Matrix[] blocks = new Matrix[graph.tensors().size()];
        for (Tensor tensor : graph.tensors()) {
            int slot = slotOf.applyAsInt(tensor);
            if (tensor.kind() == Kind.PARAMETER) {
                blocks[tensor.id()] =
                        new Matrix(parameters, graph.parameterOffset(tensor), tensor.rows(), tensor.cols());
            } else if (slot >= 0) {
                blocks[tensor.id()] =
                        new Matrix(slots[slot].data(), slots[slot].offset(), tensor.rows(), tensor.cols());
            }
        }
        return blocks;
    }

    private static void copy(int[] from, int[] to, int least, int limit) {
        if (from.length != to.length) {
            throw new IllegalArgumentException(
                    "a batch of %d tokens does not fit a graph of %d".formatted(from.length, to.length));
        }
        for (int i = 0; i < to.length; i++) {
            if (from[i] < least || from[i] >= limit) {
                throw new IllegalArgumentException(
                        "token %d does not exist in a vocabulary of %d".formatted(from[i], limit));
            }
            to[i] = from[i];
        }
    }
}
