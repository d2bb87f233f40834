package org.randygpt.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import org.randygpt.kernels.Workers;

/** Central differences of a graph's loss in double precision, one for each weight. */
final class Slopes {
    private final Graph graph;
    private final Parameters parameters;
    private final Batch batch;
    private final int[] firstUses;

    Slopes(Graph graph, Parameters parameters, Batch batch) {
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        firstUses = new int[parameters.values().length];
        List<Op> ops = graph.ops();
        for (int op = ops.size() - 1; op >= 0; op--) {
            for (Tensor input : ops.get(op).inputs()) {
                if (input.kind() == Tensor.Kind.PARAMETER) {
                    int from = graph.parameterOffset(input);
                    Arrays.fill(firstUses, from, from + input.size(), op);
                }
            }
        }
    }

    /** The loss itself. */
    double loss() {
        return new DoubleForward(graph, batch, parameters.values()).loss();
    }

    /** The slope of the loss by each weight, at the weight's place in {@link Parameters#values}. */
    double[] compute(Workers workers, DoubleConsumer progress) {
        double[] slopes = new double[parameters.values().length];
        List<Parameter> declared = List.copyOf(parameters.declared().values());
        int rows = declared.stream().mapToInt(each -> each.tensor().rows()).sum();
        AtomicInteger next = new AtomicInteger();
        workers.run(worker -> {
            DoubleForward forward = new DoubleForward(graph, batch, parameters.values());
            forward.loss();
            for (int row = next.getAndIncrement(); row < rows; row = next.getAndIncrement()) {
                computeRow(forward, declared, row, slopes);
                if (worker == 0) {
                    progress.accept((double) row / rows);
                }
            }
        });
        return slopes;
    }

    /** A row of one of the parameters, counted through all of them. */
    private void computeRow(DoubleForward forward, List<Parameter> declared, int row, double[] slopes) {
        int left = row;
        for (Parameter parameter : declared) {
            if (left < parameter.tensor().rows()) {
                int from = parameter.offset() + left * parameter.tensor().cols();
                computeRange(forward, from, from + parameter.tensor().cols(), slopes);
                return;
            }
            left -= parameter.tensor().rows();
        }
    }

    private void computeRange(DoubleForward forward, int from, int to, double[] slopes) {
        double[] weights = forward.weights();
        int first = firstUses[from];
        for (int i = from; i < to; i++) {
            double weight = weights[i];
            weights[i] = weight + GradientCheck.STEP;
            double above = forward.lossFrom(first);
            weights[i] = weight - GradientCheck.STEP;
            double below = forward.lossFrom(first);
            weights[i] = weight;
            // The two differ by a little more or less than two steps once they are rounded.
            slopes[i] = (above - below) / ((weight + GradientCheck.STEP) - (weight - GradientCheck.STEP));
        }
        // What comes before another weight's first use has to be right again.
        forward.lossFrom(first);
    }
}
