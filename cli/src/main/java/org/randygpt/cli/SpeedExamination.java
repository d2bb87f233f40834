package org.randygpt.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.randygpt.cli.Finding.Verdict;
import org.randygpt.kernels.Blas;
import org.randygpt.kernels.MemoryBandwidth;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorCost;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Looks at what computes, and measures it, in less than five seconds. */
final class SpeedExamination {
    private static final Duration READING = Duration.ofMillis(600);
    /** More than most caches hold, unless that is too much of the heap. */
    private static final long BLOCK_BYTES = 256L << 20;

    private static final int PART_OF_HEAP = 6;

    private final int[] threads = IntStream.of(1, Runtime.getRuntime().availableProcessors())
            .distinct()
            .toArray();
    private boolean compiled;

    /** Each is made when it is asked for. */
    Stream<Supplier<Finding>> examine() {
        if (!VersionText.hasVectors()) {
            return Stream.of(() -> Finding.unknown("Vectors"));
        }
        return Stream.of(this::vectors, this::compilation, this::peak, this::bandwidth, SpeedExamination::blas);
    }

    private Finding vectors() {
        int bits = VectorKernels.vectorBits();
        int registers = VectorKernels.vectorRegisters();
        return Finding.ok("Vectors", "%d bits, %d registers".formatted(bits, registers))
                .with("vector_bits", bits)
                .with("vector_registers", registers);
    }

    private Finding compilation() {
        double cost = VectorCost.measure();
        compiled = cost <= VectorCost.MOST_OF_INSTRUCTIONS;
        return Finding.ok(
                        "Vector API",
                        "%s: a multiply-add of vectors takes %.1f times as long as one of numbers"
                                .formatted(compiled ? "compiled" : "not compiled", cost))
                .with("vector_cost", cost)
                .warnIf(
                        !compiled,
                        "plain loops compute in its place, which is slow: use an OpenJDK with its usual compiler, C2 (adoptium.net), and no option (-Xint, -XX:UseAVX=0, -XX:-UseFMA) that keeps it from them");
    }

    private Finding peak() {
        if (!compiled) {
            return Finding.unknown("Multiply-adds");
        }
        double[] speeds = IntStream.of(threads)
                .mapToDouble(count -> {
                    try (Workers workers = new Workers(count)) {
                        return MultiplyAddPeak.measure(workers);
                    }
                })
                .toArray();
        return speeds("Multiply-adds", "%.0f GFLOP/s at most", "flops_per_second", speeds);
    }

    private Finding bandwidth() {
        MemoryBandwidth memory =
                new MemoryBandwidth(Math.min(BLOCK_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
        double[] speeds = IntStream.of(threads)
                .mapToDouble(count -> {
                    try (Workers workers = new Workers(count)) {
                        return memory.measure(workers, READING);
                    }
                })
                .toArray();
        return speeds("Reading memory", "%.1f GB/s", "bytes_per_second", speeds);
    }

    /** Speeds of one thread and of all. */
    private Finding speeds(String subject, String format, String figure, double... speeds) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < speeds.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(format.formatted(speeds[i] / 1e9))
                    .append(" on ")
                    .append(Formats.count(threads[i], "thread"));
        }
        Finding found = Finding.ok(subject, text.toString()).with("one_thread_" + figure, speeds[0]);
        return found.with("all_threads_" + figure, speeds[speeds.length - 1]);
    }

    private static Finding blas() {
        try {
            return Finding.ok("OpenBLAS", Blas.find().description() + ", for --kernels blas");
        } catch (IOException | LinkageError | IllegalCallerException none) {
            return Finding.of(
                    Verdict.OPTIONAL,
                    "OpenBLAS",
                    "not found; only --kernels blas needs it",
                    "Debian: apt-get install libopenblas0-pthread; Fedora: dnf install openblas; macOS: brew install openblas");
        }
    }
}
