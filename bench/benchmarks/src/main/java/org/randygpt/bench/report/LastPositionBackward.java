package org.randygpt.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Tensor;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/**
 * The backward pass of the Rust program's version 0.3, which computes some of the gradients: from the loss of the last
 * position of each sequence, through the output matrix, the MLPs and the residual connections to the embeddings. What
 * comes before an MLP's norm is taken to be what comes after it, attention is passed by, and its matrices never change.
 */
final class LastPositionBackward {
    private static final int MATRICES_OF_MLP = 2;
    /** Products of a backward pass for each of forward: one for the input and one for the weights. */
    private static final int PRODUCTS = 2;

    private final CpuPlan plan;
    private final Workers workers;
    private final List<Kernels> kernels;
    private final int sequences;
    private final int time;
    private final Layer head;
    private final List<Mlp> mlps = new ArrayList<>();
    private final Parameter tokenTable;
    private final Parameter positionTable;
    private final Matrix logits;
    private final Matrix dLogits;
    private final Matrix losses;
    private final Matrix logSumExp;
    private final Matrix stream;
    private final Matrix ofNorm;
    private final Matrix gradient;
    private final int[] lastTokens;
    private final int[] lastTargets;
    private final int[] lastPositions;
    private final Workers.Task task = this::backward;

    /** A product of the plan's: its input as forward left it, a place for its last rows, and its weights. */
    private record Layer(Tensor x, Matrix last, Parameter weight) {}

    /** The two products of an MLP, and what lies between them. */
    private record Mlp(Layer up, Tensor hidden, Matrix lastHidden, Matrix dHidden, Matrix dActive, Layer down) {}

    /** Of a plan of the training graph of a {@code randygpt} model. */
    LastPositionBackward(GptConfig config, CpuPlan plan, Workers workers) {
        this.plan = plan;
        this.workers = workers;
        kernels = ((Kernels.Factory) VectorKernels::new).team(workers.count());
        sequences = plan.graph().batch();
        time = plan.graph().time();
        int width = config.width();
        head = layer("lm_head.weight");
        tokenTable = parameter("wte.weight");
        positionTable = parameter("wpe.weight");
        for (int layer = 0; layer < config.layers(); layer++) {
            Layer up = layer("h.%d.mlp.fc1.weight".formatted(layer));
            Layer down = layer("h.%d.mlp.fc2.weight".formatted(layer));
            int inner = up.weight().tensor().rows();
            mlps.add(new Mlp(
                    up,
                    reader(up.weight()).output(),
                    Matrix.zeros(sequences, inner),
                    Matrix.zeros(sequences, inner),
                    Matrix.zeros(sequences, inner),
                    down));
        }
        logits = Matrix.zeros(sequences, config.vocabSize());
        dLogits = Matrix.zeros(sequences, config.vocabSize());
        losses = Matrix.zeros(sequences, 1);
        logSumExp = Matrix.zeros(sequences, 1);
        stream = Matrix.zeros(sequences, width);
        ofNorm = Matrix.zeros(sequences, width);
        gradient = Matrix.zeros(sequences, width);
        lastTokens = new int[sequences];
        lastTargets = new int[sequences];
        lastPositions = new int[sequences];
        Arrays.fill(lastPositions, time - 1);
    }

    /** Floating-point operations of its matrix products. */
    double flops() {
        long weights = (long) head.weight().size();
        for (Mlp mlp : mlps) {
            weights += (long) MATRICES_OF_MLP * mlp.up().weight().size();
        }
        return 2.0 * PRODUCTS * sequences * weights;
    }

    /**
     * Adds to the gradients of the plan's parameters those of the mean loss of the last positions, after a forward
     * pass.
     *
     * @param tokens of that pass, (B·T)
     * @param targets of that pass, (B·T)
     */
    void run(int[] tokens, int[] targets) {
        for (int sequence = 0; sequence < sequences; sequence++) {
            int last = (sequence + 1) * time - 1;
            lastTokens[sequence] = tokens[last];
            lastTargets[sequence] = targets[last];
        }
        copyLast(plan.value(plan.logits()), logits);
        copyLast(plan.value(head.x()), head.last());
        for (Mlp mlp : mlps) {
            copyLast(plan.value(mlp.up().x()), mlp.up().last());
            copyLast(plan.value(mlp.hidden()), mlp.lastHidden());
        }
        workers.run(task);
    }

    private void backward(int worker) {
        Kernels k = kernels.get(worker);
        float[] gradients = plan.parameters().gradients();
        k.crossEntropy(logits, lastTargets, losses, logSumExp);
        k.crossEntropyBackward(logits, lastTargets, logSumExp, dLogits, Store.REPLACE);
        workers.barrier();
        k.matmul(dLogits, weights(head), stream, Store.REPLACE);
        k.matmulTransA(dLogits, head.last(), head.weight().in(gradients), Store.ADD);
        workers.barrier();
        for (Mlp mlp : mlps.reversed()) {
            k.matmul(stream, weights(mlp.down()), mlp.dActive(), Store.REPLACE);
            workers.barrier();
            // What the activation gave comes out beside the gradient.
            k.activationBackward(
                    Activation.SQUARED_RELU,
                    mlp.lastHidden(),
                    mlp.dActive(),
                    mlp.dHidden(),
                    Store.REPLACE,
                    mlp.down().last());
            workers.barrier();
            k.matmulTransA(stream, mlp.down().last(), mlp.down().weight().in(gradients), Store.ADD);
            k.matmulTransA(mlp.dHidden(), mlp.up().last(), mlp.up().weight().in(gradients), Store.ADD);
            k.matmul(mlp.dHidden(), weights(mlp.up()), ofNorm, Store.REPLACE);
            workers.barrier();
            k.add(stream, ofNorm, gradient);
            workers.barrier();
            k.copy(gradient, stream, Store.REPLACE);
            workers.barrier();
        }
        k.scatterRows(lastTokens, stream, tokenTable.in(gradients));
        k.scatterRows(lastPositions, stream, positionTable.in(gradients));
    }

    private Matrix weights(Layer layer) {
        return layer.weight().in(plan.parameters().values());
    }

    private Layer layer(String name) {
        Parameter weight = parameter(name);
        Tensor x = reader(weight).inputs().getFirst();
        return new Layer(x, Matrix.zeros(sequences, x.cols()), weight);
    }

    private Parameter parameter(String name) {
        Parameter found = plan.graph().parameters().get(name);
        if (found == null) {
            throw new IllegalArgumentException("the model has no %s; it must be one of randygpt's".formatted(name));
        }
        return found;
    }

    private Op reader(Parameter weight) {
        return plan.graph().ops().stream()
                .filter(op -> op.inputs().contains(weight.tensor()))
                .findFirst()
                .orElseThrow();
    }

    /** Copies the rows of the last positions of all sequences. */
    private void copyLast(Matrix all, Matrix last) {
        for (int sequence = 0; sequence < sequences; sequence++) {
            int row = (sequence + 1) * time - 1;
            System.arraycopy(
                    all.data(),
                    all.offset() + row * all.cols(),
                    last.data(),
                    last.offset() + sequence * last.cols(),
                    last.cols());
        }
    }
}
