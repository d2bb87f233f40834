package org.randygpt.kernels;

/** The kernels that laws hold for. */
enum Implementation implements Kernels.Factory {
    REFERENCE,
    VECTOR;

    @Override
    public Kernels create(Share share) {
        return this == REFERENCE ? new ReferenceKernels(share) : new VectorKernels(share);
    }

    Kernels alone() {
        return create(Share.ALL);
    }
}
