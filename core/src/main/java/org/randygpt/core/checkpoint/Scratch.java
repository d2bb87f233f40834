package org.randygpt.core.checkpoint;

import java.util.Collection;
import org.randygpt.core.graph.Parameter;
import org.randygpt.kernels.Matrix;

/** Memory for the weights of one parameter at a time. */
public final class Scratch {
    private final float[] values;

    /** Takes as much memory as the largest of some parameters needs. */
    public Scratch(Collection<Parameter> parameters) {
        values = new float[parameters.stream().mapToInt(Parameter::size).max().orElse(0)];
    }

    /** A block in the shape of a parameter; it holds what was there before. */
    public Matrix of(Parameter parameter) {
        return new Matrix(
                values, 0, parameter.tensor().rows(), parameter.tensor().cols());
    }
}
