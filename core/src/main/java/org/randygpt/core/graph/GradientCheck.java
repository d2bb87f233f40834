package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Workers;

/**
 * The gradients of kernels, in single precision, against central differences of the loss in double precision, for every
 * weight of a model.
 *
 * @param loss of the kernels, in nats per token
 * @param exactLoss of the evaluation in double precision
 * @param weights what was found, one entry for each declared parameter, in order
 */
public record GradientCheck(double loss, double exactLoss, List<OfParameter> weights) {
    /** How far from a weight the loss is looked at: errors by curvature and by rounding are both about 1e-10. */
    public static final double STEP = 1e-5;

    /** Part of a model's largest gradient below which a tensor's own largest does not matter: it may be 0. */
    private static final double LEAST_SCALE = 1e-3;

    /**
     * The weights of one parameter.
     *
     * @param name its name
     * @param count how many weights it has
     * @param largestGradient the largest of their gradients, without sign
     * @param largestDifference the largest that a gradient and its central difference are apart
     * @param relativeDifference that as a part of the largest gradient of this parameter, or of a thousandth of the
     *     model's where all of this parameter's are smaller
     */
    public record OfParameter(
            String name, int count, double largestGradient, double largestDifference, double relativeDifference) {}

    /** What a check works on: a batch of tokens and their targets, (B·T) each, and what dropout goes by. */
    public record Input(int[] tokens, int[] targets, long dropoutSeed) {}

    /**
     * Checks every weight. Takes two forward passes in double precision for each, which workers share.
     *
     * @param graph a graph with a loss
     * @param parameters its weights, which stay, and their gradients, which are overwritten
     * @param input the batch
     * @param progress told the part that is done, now and then, from 0 to 1
     */
    public static GradientCheck run(
            Graph graph,
            Parameters parameters,
            Input input,
            Workers workers,
            Kernels.Factory kernels,
            DoubleConsumer progress) {
        CpuPlan plan = new CpuPlan(graph, parameters, workers, kernels);
        Arrays.fill(parameters.gradients(), 0);
        plan.dropout(input.dropoutSeed, 0);
        double loss = plan.forward(input.tokens, input.targets);
        plan.backward();
        Slopes slopes = new Slopes(graph, parameters, batch(graph, input));
        double[] all = slopes.compute(workers, progress);
        return new GradientCheck(loss, slopes.loss(), compared(parameters, all));
    }

    private static Batch batch(Graph graph, Input input) {
        Batch batch = new Batch(graph.batch(), graph.time());
        System.arraycopy(input.tokens, 0, batch.tokens(), 0, input.tokens.length);
        System.arraycopy(input.targets, 0, batch.targets(), 0, input.targets.length);
        batch.dropout(input.dropoutSeed, 0);
        return batch;
    }

    private static List<OfParameter> compared(Parameters parameters, double[] slopes) {
        double largestOfAll = 0;
        for (double slope : slopes) {
            largestOfAll = Math.max(largestOfAll, Math.abs(slope));
        }
        List<OfParameter> found = new ArrayList<>();
        for (Parameter parameter : parameters.declared().values()) {
            double largest = 0;
            double apart = 0;
            for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
                double gradient = parameters.gradients()[i];
                largest = Math.max(largest, Math.abs(slopes[i]));
                // What is no number stays the largest: Math.max sees to it.
                apart = Math.max(apart, Math.abs(gradient - slopes[i]));
            }
            double scale = Math.max(largest, LEAST_SCALE * largestOfAll);
            found.add(new OfParameter(
                    parameter.tensor().name(), parameter.size(), largest, apart, scale == 0 ? apart : apart / scale));
        }
        return found;
    }
}
