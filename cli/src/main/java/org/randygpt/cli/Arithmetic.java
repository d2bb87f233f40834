package org.randygpt.cli;

import java.util.function.ToDoubleFunction;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/**
 * The kernels of a command.
 *
 * @param description their name and what they run on, for people
 * @param kernels makes them
 * @param peak measures what they can reach at most, in floating-point operations a second; NaN when it says nothing
 */
record Arithmetic(String description, Kernels.Factory kernels, ToDoubleFunction<Workers> peak) {

    /** With the Vector API. */
    static Arithmetic vector() {
        return new Arithmetic(
                "vector, %d bits, %d registers".formatted(VectorKernels.vectorBits(), VectorKernels.vectorRegisters()),
                VectorKernels::new,
                MultiplyAddPeak::measure);
    }

    /** Plain loops, which use no vectors, perhaps because there is nothing to gain by them. */
    static Arithmetic reference() {
        return new Arithmetic("reference, plain loops", ReferenceKernels::new, workers -> Double.NaN);
    }
}
