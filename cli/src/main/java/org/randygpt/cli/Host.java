package org.randygpt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the system tells of the machine, mostly in Linux's files; what is not there is empty.
 *
 * @param root the folder {@code /}
 * @param variables of the environment
 */
record Host(Path root, Map<String, String> variables) {
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final String UNLIMITED = "max";
    /** What version 1 of cgroups says in place of no limit: the largest number of whole pages. */
    private static final long UNLIMITED_BYTES = 1L << 60;

    static Host ofThisMachine() {
        return new Host(Path.of("/"), System.getenv());
    }

    /** The first line of a file that the system writes. */
    Optional<String> line(String path) {
        return lines(path).stream().findFirst();
    }

    private List<String> lines(String path) {
        try {
            return Files.readAllLines(root.resolve(path), StandardCharsets.UTF_8);
        } catch (IOException | SecurityException absent) {
            return List.of();
        }
    }

    /** The name of the processor. */
    Optional<String> processor() {
        Optional<String> named = lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        return named.isPresent()
                ? named
                : Optional.ofNullable(variables.get("PROCESSOR_IDENTIFIER")).filter(name -> !name.isBlank());
    }

    /** How many processors the machine has. */
    OptionalLong processors() {
        long count = lines("proc/cpuinfo").stream()
                .filter(line -> line.matches("processor\\s*:.*"))
                .count();
        return count == 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** The processors that the process's cgroup may use, such as 1.5; empty where it is not limited. */
    OptionalDouble processorLimit() {
        return cgroups("cpu")
                .flatMap(folder -> Stream.concat(
                        line(folder + "/cpu.max").stream().map(line -> line.split(" ", -1)),
                        line(folder + "/cpu.cfs_quota_us").stream().map(quota -> new String[] {
                            quota.startsWith("-") ? UNLIMITED : quota,
                            line(folder + "/cpu.cfs_period_us").orElse("")
                        })))
                .filter(limit -> limit.length == 2 && !limit[0].equals(UNLIMITED))
                .flatMap(limit -> number(limit[0]).stream()
                        .flatMap(quota -> number(limit[1]).stream().map(period -> (double) quota / period)))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .min();
    }

    /** Bytes of memory that the process's cgroup may use; empty where they are not limited. */
    OptionalLong memoryLimit() {
        return cgroups("memory")
                .flatMap(folder -> Stream.of("/memory.max", "/memory.limit_in_bytes")
                        .flatMap(file -> line(folder + file).stream()))
                .flatMap(limit -> number(limit).stream())
                .mapToLong(Long::longValue)
                .filter(limit -> limit < UNLIMITED_BYTES)
                .min();
    }

    /** Bytes of memory that programs could get now. */
    OptionalLong memoryAvailable() {
        return lines("proc/meminfo").stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .flatMap(line -> number(line.replaceAll("\\D", "")).stream())
                .mapToLong(kibibytes -> kibibytes << 10)
                .findFirst();
    }

    /** When the kernel gives huge pages by itself: always, madvise or never. */
    Optional<String> hugePages() {
        return line("sys/kernel/mm/transparent_hugepage/enabled")
                .map(CHOSEN::matcher)
                .filter(Matcher::find)
                .map(chosen -> chosen.group(1));
    }

    /** The folders of the cgroup that the process is in, and of those around it: each may have a limit. */
    private Stream<String> cgroups(String controller) {
        List<String> folders = new ArrayList<>();
        for (String line : lines("proc/self/cgroup")) {
            // 0::/path of version 2; 4:cpu,cpuacct:/path of version 1
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                boolean second = parts[1].isEmpty();
                if (second || List.of(parts[1].split(",", -1)).contains(controller)) {
                    addWithParents("sys/fs/cgroup" + (second ? "" : "/" + controller), parts[2], folders);
                }
            }
        }
        return folders.stream();
    }

    private static void addWithParents(String mount, String path, List<String> folders) {
        String rest = path;
        while (rest.lastIndexOf('/') > 0) {
            folders.add(mount + rest);
            rest = rest.substring(0, rest.lastIndexOf('/'));
        }
        // In a container the path may be that of the machine outside, and the limits are in the mount itself.
        folders.add(mount + rest);
        folders.add(mount);
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
