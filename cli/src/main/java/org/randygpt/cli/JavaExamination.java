package org.randygpt.cli;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Finding.Verdict;

/** Looks at the Java that runs this. */
final class JavaExamination {
    private static final int MINIMUM = 25;
    private static final String ALIGNMENT = "-XX:ObjectAlignmentInBytes=";
    private static final long CACHE_LINE = 64;
    private static final long SMALL_HEAP = 512L << 20;

    Stream<Finding> examine() {
        return Stream.of(java(), module(), heap(), alignment());
    }

    private static Finding java() {
        @Nullable String reason = System.getProperty("randygpt.java.reason");
        Finding found = Finding.ok(
                "Java",
                "%s of %s in %s: %s"
                        .formatted(
                                Runtime.version(),
                                System.getProperty("java.vendor", "unknown"),
                                System.getProperty("java.home", "unknown"),
                                reason == null ? "it was started as it is, without the launcher" : reason));
        return Runtime.version().feature() >= MINIMUM
                ? found
                : Finding.of(
                        Verdict.MISSING,
                        "Java",
                        found.text(),
                        "install a JDK %d or later (Debian: openjdk-25-jdk; elsewhere: adoptium.net, SDKMAN, Homebrew)"
                                .formatted(MINIMUM));
    }

    private static Finding module() {
        return VersionText.hasVectors()
                ? Finding.ok("Vector module", VersionText.VECTOR_MODULE + " is there")
                : Finding.of(
                        Verdict.MISSING,
                        "Vector module",
                        "this Java has been started without " + VersionText.VECTOR_MODULE,
                        "start randyGPT with java -jar, or give Java --add-modules " + VersionText.VECTOR_MODULE);
    }

    private static Finding heap() {
        long most = Runtime.getRuntime().maxMemory();
        return Finding.ok("Heap", "%s at most".formatted(Formats.bytes(most)))
                .with("heap_bytes", most)
                .warnIf(
                        most < SMALL_HEAP,
                        "where the machine has more, RANDYGPT_JAVA_OPTS=-Xmx2g has Java use 2 GB of it");
    }

    private static Finding alignment() {
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        long bytes = options.stream()
                .filter(option -> option.startsWith(ALIGNMENT))
                .mapToLong(option -> Long.parseLong(option.substring(ALIGNMENT.length())))
                .reduce(8, (earlier, later) -> later);
        return Finding.ok("Arrays", "begin at multiples of %d bytes".formatted(bytes))
                .with("alignment_bytes", bytes)
                .warnIf(
                        bytes < CACHE_LINE,
                        "matrix products are slower than they could be; start randyGPT with java -jar, or give Java %s%d"
                                .formatted(ALIGNMENT, CACHE_LINE));
    }
}
