package org.randygpt.core.model;

import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.VectorKernels;

/** The kernels that every law about models is checked with. */
enum Arithmetic {
    REFERENCE,
    VECTOR;

    Kernels.Factory kernels() {
        return switch (this) {
            case REFERENCE -> ReferenceKernels::new;
            case VECTOR -> VectorKernels::new;
        };
    }
}
