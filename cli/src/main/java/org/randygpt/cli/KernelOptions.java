package org.randygpt.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.randygpt.kernels.Blas;
import org.randygpt.kernels.BlasKernels;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorCost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that say what computes. */
@Command(optionListHeading = "%nWhat computes:%n")
final class KernelOptions {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    @Option(
            names = "--kernels",
            paramLabel = "NAME",
            description = {
                "vector (Java's Vector API), reference (plain loops, the same results), blas (matrix products by an"
                        + " installed OpenBLAS, whose results depend on the machine and may on --threads), or auto:"
                        + " vector, or reference where Java does not compile the Vector API. Default: auto"
            })
    private Choice choice = Choice.AUTO;

    @Option(
            names = "--blas-library",
            paramLabel = "FILE",
            description = "The OpenBLAS of --kernels blas. Default: where the system keeps it")
    private @Nullable Path library;

    /** What --kernels may be. */
    enum Choice {
        AUTO,
        VECTOR,
        REFERENCE,
        BLAS
    }

    /**
     * The kernels to compute with.
     *
     * @throws BadInputException when this machine does not have them
     */
    Arithmetic arithmetic(Environment environment) {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            throw new BadInputException(
                    "this Java has been started without the module %s; start randyGPT with java -jar, or give Java --add-modules %s"
                            .formatted(VECTOR_MODULE, VECTOR_MODULE));
        }
        if (library != null && choice != Choice.BLAS) {
            throw new BadInputException(
                    "--blas-library is for --kernels blas, and the kernels are " + Choices.name(choice));
        }
        return switch (choice) {
            case AUTO -> fastest(environment.err(), VectorCost.measure());
            case VECTOR -> Arithmetic.vector();
            case REFERENCE -> Arithmetic.reference();
            case BLAS -> blas(environment);
        };
    }

    /** The vector kernels, unless {@link VectorCost} is that of objects: then the others, which is said. */
    static Arithmetic fastest(PrintStream err, double vectorCost) {
        if (vectorCost <= VectorCost.MOST_OF_INSTRUCTIONS) {
            return Arithmetic.vector();
        }
        err.println(
                "Computing with plain loops (--kernels reference), which is slow: this Java does not compile the Vector API, a multiply-add of which takes %.0f times as long as one of plain numbers. An OpenJDK with its usual compiler, C2, does (adoptium.net), where the processor has fused multiply-adds and no option (-Xint, -XX:UseAVX=0, -XX:-UseFMA) keeps it from them."
                        .formatted(vectorCost));
        return Arithmetic.reference();
    }

    private Arithmetic blas(Environment environment) {
        try {
            Blas blas = library == null
                    ? Blas.find()
                    : Blas.load(environment.folder().resolve(library));
            return new Arithmetic(
                    "blas, " + blas.description(), share -> new BlasKernels(blas, share), MultiplyAddPeak::measure);
        } catch (IOException none) {
            throw new BadInputException(
                    library != null
                            ? "--blas-library " + none.getMessage()
                            : "%s; install it (Debian: apt-get install libopenblas0-pthread; Fedora: dnf install openblas; macOS: brew install openblas), name its file with --blas-library, or leave --kernels out"
                                    .formatted(none.getMessage()),
                    none);
        }
    }
}
