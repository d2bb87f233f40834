package org.randygpt.core.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;

/**
 * The loss of a graph in double precision, by formulas of its own: what the kernels are judged by. Only which elements
 * dropout leaves out is theirs.
 */
final class DoubleForward {
    private final Graph graph;
    private final Batch batch;
    private final double[] weights;
    private final DoubleMatrix[] values;
    private final Map<Op, DoubleMatrix> dropoutFactors = new HashMap<>();

    /**
     * Copies the weights.
     *
     * @param batch the tokens, their targets and what decides about dropout
     * @param weights as in {@link Parameters#values}
     */
    DoubleForward(Graph graph, Batch batch, float[] weights) {
        this.graph = graph;
        this.batch = batch;
        this.weights = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            this.weights[i] = weights[i];
        }
        values = new DoubleMatrix[graph.tensors().size()];
        for (Tensor tensor : graph.tensors()) {
            values[tensor.id()] = switch (tensor.kind()) {
                case PARAMETER ->
                    new DoubleMatrix(this.weights, graph.parameterOffset(tensor), tensor.rows(), tensor.cols());
                case ACTIVATION, STATISTIC, CACHE ->
                    new DoubleMatrix(new double[tensor.size()], 0, tensor.rows(), tensor.cols());
            };
        }
        for (Op op : graph.ops()) {
            if (op instanceof Rotate rotate) {
                DoubleFormulas.rotaryTable(
                        rotate.angles().base(), value(rotate.angles().table()));
            } else if (op instanceof Dropout dropout) {
                dropoutFactors.put(op, dropoutFactors(dropout, batch));
            }
        }
    }

    /** 0 where an element is left out, 1 / (1 - rate) elsewhere. */
    private static DoubleMatrix dropoutFactors(Dropout op, Batch batch) {
        Matrix ones = Matrix.zeros(op.x().rows(), op.x().cols());
        Arrays.fill(ones.data(), 1);
        Matrix kept = Matrix.zeros(ones.rows(), ones.cols());
        new ReferenceKernels(Share.ALL).dropout(op.rate(), op.key(batch), ones, kept, Store.REPLACE);
        DoubleMatrix factors = new DoubleMatrix(new double[ones.size()], 0, ones.rows(), ones.cols());
        for (int row = 0; row < ones.rows(); row++) {
            for (int col = 0; col < ones.cols(); col++) {
                factors.set(row, col, kept.get(row, col) == 0 ? 0 : 1 / (1 - (double) op.rate()));
            }
        }
        return factors;
    }

    /** The weights, in the order of {@link Parameters#values}; the array itself. */
    double[] weights() {
        return weights;
    }

    /** The mean loss in nats per token, of a whole pass. */
    double loss() {
        return lossFrom(0);
    }

    /** The same where nothing that an operation before the {@code first} reads has changed since the last pass. */
    double lossFrom(int first) {
        for (Op op : graph.ops().subList(first, graph.ops().size())) {
            run(op);
        }
        DoubleMatrix losses = value(graph.ops().getLast().output());
        double sum = 0;
        for (int row = 0; row < losses.rows(); row++) {
            sum += losses.get(row, 0);
        }
        return sum / losses.rows();
    }

    private DoubleMatrix value(Tensor tensor) {
        return values[tensor.id()];
    }

    private void run(Op op) {
        DoubleMatrix out = value(op.output());
        switch (op) {
            case Embedding e -> {
                DoubleFormulas.rows(batch.tokens(), value(e.tokenTable()), out);
                DoubleFormulas.addRows(batch.positions(), value(e.positionTable()), out);
            }
            case TokenEmbedding e -> DoubleFormulas.rows(batch.tokens(), value(e.tokenTable()), out);
            case Linear l -> DoubleFormulas.linear(value(l.x()), value(l.weight()), out);
            case Affine a -> DoubleFormulas.affine(value(a.x()), value(a.weight()), value(a.bias()), out);
            case LayerNorm n -> {
                DoubleFormulas.standardized(value(n.x()), n.epsilon(), out);
                DoubleFormulas.scale(value(n.gain()), out);
                DoubleFormulas.shift(value(n.bias()), out);
            }
            case RmsNorm n -> DoubleFormulas.rmsNorm(value(n.x()), n.epsilon(), out);
            case ScaledRmsNorm n -> {
                DoubleFormulas.rmsNorm(value(n.x()), n.epsilon(), out);
                DoubleFormulas.scale(value(n.gain()), out);
            }
            case HeadRmsNorm n ->
                DoubleFormulas.headRmsNorm(n.shape(), value(n.qkv()), value(n.gains()), n.epsilon(), out);
            case Activate a -> DoubleFormulas.activation(a.f(), value(a.x()), out);
            case Swiglu s -> DoubleFormulas.swiglu(value(s.x()), out);
            case Rotate r ->
                DoubleFormulas.rotate(
                        r.shape(),
                        value(r.qkv()),
                        batch.positions(),
                        value(r.angles().table()),
                        out);
            case CausalAttention a -> DoubleAttention.forward(a.shape(), value(a.qkv()), out);
            case Add a -> DoubleFormulas.sum(value(a.a()), value(a.b()), out);
            case Dropout d -> DoubleFormulas.product(value(d.x()), Objects.requireNonNull(dropoutFactors.get(d)), out);
            case CrossEntropy c -> DoubleFormulas.crossEntropy(value(c.logits()), batch.targets(), out);
            case CachedAttention _, ExtendCache _ ->
                throw new IllegalArgumentException("a graph with a cache generates text: it has no loss");
        }
    }
}
