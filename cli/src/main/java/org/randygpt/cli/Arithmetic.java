package org.randygpt.cli;

import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.VectorKernels;

/**
 * The kernels of a command.
 *
 * @param description their name and what they run on, for people
 * @param kernels makes them
 */
record Arithmetic(String description, Kernels.Factory kernels) {

    /** With the Vector API. */
    static Arithmetic vector() {
        return new Arithmetic(
                "vector, %d bits, %d registers".formatted(VectorKernels.vectorBits(), VectorKernels.vectorRegisters()),
                VectorKernels::new);
    }
}
