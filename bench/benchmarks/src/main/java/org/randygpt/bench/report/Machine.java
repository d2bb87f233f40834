package org.randygpt.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.randygpt.kernels.VectorKernels;

/** What the figures were measured on. */
public final class Machine {
    private static final long MEGA = 1 << 20;
    private static final long CACHE_IF_UNKNOWN = 32 * MEGA;
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

    private Machine() {}

    /** Each fact by name; what this system does not tell is left out. */
    static Map<String, Object> describe() throws IOException {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("processor", processor());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("vector bits", VectorKernels.vectorBits());
        facts.put("vector registers", VectorKernels.vectorRegisters());
        facts.put("caches", String.join(", ", caches()));
        facts.put("memory MB", system.getTotalMemorySize() / MEGA);
        facts.put("system", "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        facts.put("java", "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version()));
        facts.put("java options", String.join(" ", javaOptions()));
        facts.put("load before", load());
        return facts;
    }

    /** Programs that want a processor, mean over the last minute; negative where the system does not tell. */
    static double load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return Math.round(100 * load) / 100.0;
    }

    /** The options that this JVM was started with. */
    static List<String> javaOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    /** Bytes of the cache next to memory. */
    static long lastCacheBytes() throws IOException {
        return cacheFolders().stream()
                .map(folder -> text(folder.resolve("size")))
                .filter(size -> size.matches("\\d+K"))
                .mapToLong(size -> 1024 * Long.parseLong(size.substring(0, size.length() - 1)))
                .max()
                .orElse(CACHE_IF_UNKNOWN);
    }

    /**
     * What the processor calls itself, with its family and model, since virtual machines have short names for many; its
     * kind where the system does not tell.
     */
    public static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(file)) {
            return System.getProperty("os.arch");
        }
        List<String> lines = Files.readAllLines(file);
        String name = cpuInfo(lines, "model name");
        return name.isEmpty()
                ? System.getProperty("os.arch")
                : "%s (family %s, model %s)".formatted(name, cpuInfo(lines, "cpu family"), cpuInfo(lines, "model"));
    }

    private static String cpuInfo(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.matches(key + "\\s*:.*"))
                .map(line -> line.replaceFirst(".*?: *", ""))
                .findFirst()
                .orElse("");
    }

    private static List<String> caches() throws IOException {
        List<String> caches = new ArrayList<>();
        for (Path folder : cacheFolders()) {
            caches.add("L%s %s %s"
                    .formatted(
                            text(folder.resolve("level")), text(folder.resolve("type")), text(folder.resolve("size"))));
        }
        return caches;
    }

    private static List<Path> cacheFolders() throws IOException {
        if (!Files.isDirectory(CACHES)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(CACHES)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("index"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException untold) {
            return "?";
        }
    }
}
