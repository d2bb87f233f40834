package org.randygpt.bench;

import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Param;
import org.randygpt.kernels.Blas;
import org.randygpt.kernels.BlasKernels;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.VectorKernels;

/** A benchmark of kernels beside the plain loops that define them, and which give the same bits. */
public abstract sealed class Twins extends Measured
        permits ActivationsBenchmark,
                AttentionBenchmark,
                CrossEntropyBenchmark,
                DecodeBenchmark,
                GradientNormBenchmark,
                NormsBenchmark,
                OptimizerBenchmark,
                PrefillBenchmark,
                Products,
                QueryKeyBenchmark,
                TrainingStepBenchmark {

    /** Whose arithmetic. Where OpenBLAS is installed it may also be "blas", whose products have bits of their own. */
    @Param({"vector", "reference"})
    public String kernels = "vector";

    /** What makes the kernels to measure; throws where there is no OpenBLAS and it is asked for. */
    final Kernels.Factory factory() throws IOException {
        return switch (kernels) {
            case "vector" -> VectorKernels::new;
            case "reference" -> ReferenceKernels::new;
            case "blas" -> {
                Blas blas = Blas.find();
                yield share -> new BlasKernels(blas, share);
            }
            default ->
                throw new IllegalArgumentException(
                        "kernels is '%s'; it must be vector, reference or blas".formatted(kernels));
        };
    }

    /** Kernels to measure on one core. */
    final Kernels alone() throws IOException {
        return factory().create(Share.ALL);
    }

    /** The numbers of a shape such as 2048x128. */
    static int[] sizes(String shape) {
        return Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
