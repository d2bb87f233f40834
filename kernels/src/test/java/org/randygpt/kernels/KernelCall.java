package org.randygpt.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One call of a kernel with its arguments ready: it can be repeated, since it runs on copies of the outputs.
 *
 * @param method the name of the method in {@link Kernels}
 * @param blocks what made the inputs
 * @param outputs what the outputs hold before the call
 * @param call calls the kernels it is given on the outputs it is given
 */
record KernelCall(String method, Blocks blocks, List<Matrix> outputs, BiConsumer<Kernels, List<Matrix>> call) {
    /** One for all calls, so that each meets what earlier ones left in the buffers. */
    private static final Kernels VECTOR = new VectorKernels(Share.ALL);

    KernelCall {
        blocks.freeze();
    }

    /**
     * The outputs after each of the workers has made the call, one after the other. Fails when an input or anything
     * around the outputs was written.
     */
    List<Matrix> on(Kernels... workers) {
        List<Matrix> results = new ArrayList<>();
        outputs.forEach(output -> results.add(Blocks.copy(output)));
        for (Kernels worker : workers) {
            call.accept(worker, results);
        }
        blocks.assertNothingChanged(method);
        results.forEach(result -> Blocks.assertNothingOutsideWritten(method, result));
        return results;
    }

    /** The first output of the reference. */
    Matrix expected() {
        return on(new ReferenceKernels(Share.ALL)).getFirst();
    }

    /** Fails unless the vector kernels give the bits of the reference. */
    void assertVectorAgrees() {
        List<Matrix> expected = on(new ReferenceKernels(Share.ALL));
        List<Matrix> actual = on(VECTOR);
        for (int i = 0; i < expected.size(); i++) {
            Blocks.assertSameBits(method, expected.get(i), actual.get(i));
        }
    }
}
