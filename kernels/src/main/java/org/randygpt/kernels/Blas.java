package org.randygpt.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.kernels.Sgemm.Side;

/**
 * The matrix product of an OpenBLAS that this machine happens to have. It computes on the threads that call it: its own
 * are switched off.
 */
public final class Blas {
    // cblas.h
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANS = 111;
    private static final int TRANS = 112;

    private static final int LONGEST_DESCRIPTION = 4096;

    private final SymbolLookup library;
    private final MethodHandle sgemm;
    private final String description;

    /**
     * Where systems keep OpenBLAS.
     *
     * @param names of the library
     * @param folders where it may be, beside those that the system looks in by itself
     */
    private record Places(List<String> names, List<String> folders) {
        static Places ofThisSystem() {
            String system = System.getProperty("os.name");
            if (system.startsWith("Windows")) {
                return new Places(List.of("libopenblas.dll", "openblas.dll"), List.of());
            }
            if (system.startsWith("Mac")) {
                return new Places(
                        List.of("libopenblas.dylib"),
                        List.of("/opt/homebrew/opt/openblas/lib", "/usr/local/opt/openblas/lib", "/opt/local/lib"));
            }
            return new Places(
                    List.of("libopenblas.so.0", "libopenblas.so"), List.of("/usr/local/lib", "/opt/OpenBLAS/lib"));
        }
    }

    /**
     * A block of a matrix. Element (i, j) is data[at + i · stride + j], or data[at + j · stride + i] if TRANSPOSED.
     *
     * @param data the array that holds it
     * @param at index of its element (0, 0)
     * @param stride floats between the starts of two stored rows
     */
    record Block(Side side, float[] data, int at, int stride) {
        private int transposition() {
            return side == Side.PLAIN ? NO_TRANS : TRANS;
        }

        private MemorySegment segment() {
            return MemorySegment.ofArray(data).asSlice((long) at * Float.BYTES);
        }
    }

    private Blas(SymbolLookup library, String name) throws IOException {
        this.library = library;
        sgemm = function(
                name,
                "cblas_sgemm",
                FunctionDescriptor.ofVoid(
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT),
                // Arrays are handed over where they lie; meanwhile the collector waits.
                Linker.Option.critical(true));
        MethodHandle setThreads = function(name, "openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
        String config = text(function(name, "openblas_get_config", FunctionDescriptor.of(ADDRESS)));
        if (config.contains("USE64BITINT")) {
            throw new IOException("%s counts in 64 bits; one that counts in 32 is needed".formatted(name));
        }
        description = config.replaceFirst("^(OpenBLAS \\S+).*", "$1") + ", "
                + text(function(name, "openblas_get_corename", FunctionDescriptor.of(ADDRESS)));
        try {
            setThreads.invokeExact(1);
        } catch (Throwable thrown) {
            throw new LinkageError("openblas_set_num_threads", thrown);
        }
    }

    /**
     * The OpenBLAS in one of the usual places.
     *
     * @throws IOException that says where it was looked for
     */
    public static Blas find() throws IOException {
        Places places = Places.ofThisSystem();
        List<String> candidates = new ArrayList<>(places.names);
        for (String folder : places.folders) {
            places.names.forEach(name -> candidates.add(folder + "/" + name));
        }
        for (String candidate : candidates) {
            try {
                return new Blas(open(candidate), candidate);
            } catch (IllegalArgumentException absent) {
                // The next one, then.
            }
        }
        throw new FileNotFoundException("there is no OpenBLAS: %s is neither where this system looks for libraries%s"
                .formatted(
                        String.join(" or ", places.names),
                        places.folders.isEmpty() ? "" : " nor in " + String.join(" or ", places.folders)));
    }

    /**
     * The OpenBLAS in a file.
     *
     * @throws IOException that says what is wrong with the file
     */
    public static Blas load(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException("%s: there is no such file".formatted(file));
        }
        try {
            return new Blas(open(file.toAbsolutePath().toString()), file.toString());
        } catch (IllegalArgumentException refused) {
            throw new IOException("%s is no library that can be loaded here".formatted(file), refused);
        }
    }

    /** Its version and the kind of processor that it computes for, such as "OpenBLAS 0.3.21, SkylakeX". */
    public String description() {
        return description;
    }

    /** out (rows, cols) = or += left (rows, depth) · right (depth, cols); out is PLAIN. */
    void multiply(Block left, Block right, Block out, Size size, Store store) {
        try {
            sgemm.invokeExact(
                    ROW_MAJOR,
                    left.transposition(),
                    right.transposition(),
                    size.rows,
                    size.cols,
                    size.depth,
                    1f,
                    left.segment(),
                    left.stride,
                    right.segment(),
                    right.stride,
                    store == Store.ADD ? 1f : 0f,
                    out.segment(),
                    out.stride);
        } catch (Throwable thrown) {
            throw new LinkageError("cblas_sgemm", thrown);
        }
    }

    /** M, N and K of a product. */
    record Size(int rows, int cols, int depth) {}

    /** Never closed: OpenBLAS has threads, which would go on in memory that is gone. */
    @SuppressWarnings("restricted")
    private static SymbolLookup open(String name) {
        return SymbolLookup.libraryLookup(name, Arena.global());
    }

    @SuppressWarnings("restricted")
    private MethodHandle function(String file, String name, FunctionDescriptor type, Linker.Option... options)
            throws IOException {
        MemorySegment address = library.find(name)
                .orElseThrow(() -> new IOException("%s is no OpenBLAS: it has no %s".formatted(file, name)));
        return Linker.nativeLinker().downcallHandle(address, type, options);
    }

    @SuppressWarnings("restricted")
    private static String text(MethodHandle getter) {
        try {
            MemorySegment start = (MemorySegment) getter.invokeExact();
            return start.reinterpret(LONGEST_DESCRIPTION).getString(0).strip();
        } catch (Throwable thrown) {
            throw new LinkageError("openblas_get_config or openblas_get_corename", thrown);
        }
    }
}
