package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.randygpt.kernels.Matrix;

/**
 * The weights of a model and their gradients: one array each, in the order in which the graph declared them, so that
 * clipping, the update and checkpoints are one flat pass.
 */
public final class Parameters {
    private final SequencedMap<String, Parameter> declared;
    private final float[] values;
    private final float[] gradients;

    /** Zeros for every parameter of the graph. All graphs of one model share one instance. */
    public Parameters(Graph graph) {
        declared = graph.parameters();
        int size = Math.addExact(Matrix.ALIGNED_START, graph.parameterCount());
        values = new float[size];
        gradients = new float[size];
    }

    /** Sets every parameter as its declaration says. */
    public void initialize(RandomGenerator random) {
        for (Parameter parameter : declared.values()) {
            parameter.init().fill(values, parameter.offset(), parameter.offset() + parameter.size(), random);
        }
    }

    /** All weights, after {@link Matrix#ALIGNED_START} elements that are not used; the array itself. */
    public float[] values() {
        return values;
    }

    /** All gradients, at the places of their weights; the array itself. */
    public float[] gradients() {
        return gradients;
    }

    /** The declarations by name, in order. */
    public SequencedMap<String, Parameter> declared() {
        return declared;
    }

    /** Each weight as a block of {@link #values}, in order. */
    public SequencedMap<String, Matrix> byName() {
        SequencedMap<String, Matrix> blocks = new LinkedHashMap<>();
        declared.forEach((name, parameter) -> blocks.put(name, parameter.in(values)));
        return blocks;
    }

    /** All weights, or whatever is laid out as they are, as one row of an array. */
    public Matrix all(float[] array) {
        return new Matrix(array, Matrix.ALIGNED_START, 1, array.length - Matrix.ALIGNED_START);
    }

    /** The blocks of some of the parameters, neighbours joined: what an optimizer passes over. */
    public List<Range> ranges(Predicate<Parameter> chosen) {
        List<Range> ranges = new ArrayList<>();
        for (Parameter parameter : declared.values()) {
            if (chosen.test(parameter)) {
                int last = ranges.size() - 1;
                if (last >= 0 && ranges.get(last).to() == parameter.offset()) {
                    ranges.set(last, new Range(ranges.get(last).from(), parameter.offset() + parameter.size()));
                } else {
                    ranges.add(new Range(parameter.offset(), parameter.offset() + parameter.size()));
                }
            }
        }
        return ranges;
    }

    /** A run of elements, {@code to} excluded. */
    public record Range(int from, int to) {}
}
