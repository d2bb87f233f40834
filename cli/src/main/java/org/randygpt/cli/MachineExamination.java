package org.randygpt.cli;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Looks at processors and memory, and at what of them this process may use. */
final class MachineExamination {
    private final Host host;

    MachineExamination(Host host) {
        this.host = host;
    }

    Stream<Finding> examine() {
        return Stream.of(processor(), processors(), memory(), hugePages());
    }

    private Finding processor() {
        return host.processor()
                .map(name -> Finding.ok("Processor", name))
                .orElseGet(() -> Finding.unknown("Processor"));
    }

    private Finding processors() {
        int ours = Runtime.getRuntime().availableProcessors();
        OptionalLong all = host.processors();
        OptionalDouble limit = host.processorLimit();
        Finding found = Finding.ok(
                        "Processors",
                        "%d for this process, of %s in the machine; %s"
                                .formatted(
                                        ours,
                                        all.isPresent() ? Long.toString(all.getAsLong()) : "an unknown number",
                                        limit.isPresent()
                                                ? "a cgroup limits it to the time of %.2f"
                                                        .formatted(limit.getAsDouble())
                                                : "no cgroup limits them"))
                .with("processors", ours);
        if (limit.isPresent()) {
            found = found.with("cgroup_processors", limit.getAsDouble());
        }
        return found.warnIf(
                limit.isPresent() && limit.getAsDouble() < ours,
                "more threads than that wait for each other: give train --threads %d, or the cgroup (cpu.max) more"
                        .formatted(Math.max(1, (int) limit.orElse(1))));
    }

    private Finding memory() {
        OptionalLong limit = host.memoryLimit();
        OptionalLong available = host.memoryAvailable();
        if (limit.isEmpty() && available.isEmpty()) {
            return Finding.unknown("Memory");
        }
        Finding found = Finding.ok(
                "Memory",
                "%s; %s"
                        .formatted(
                                available.isPresent()
                                        ? Formats.bytes(available.getAsLong()) + " available"
                                        : "unknown how much is available",
                                limit.isPresent()
                                        ? "a cgroup limits this process to " + Formats.bytes(limit.getAsLong())
                                        : "no cgroup limits it"));
        if (available.isPresent()) {
            found = found.with("available_bytes", available.getAsLong());
        }
        if (limit.isPresent()) {
            found = found.with("cgroup_bytes", limit.getAsLong());
        }
        long heap = Runtime.getRuntime().maxMemory();
        return found.warnIf(
                limit.isPresent() && heap > limit.getAsLong(),
                "Java's heap may grow to %s, and the system ends what uses more than the limit: set RANDYGPT_JAVA_OPTS=-Xmx%dm"
                        .formatted(Formats.bytes(heap), (limit.orElse(0) >> 20) * 7 / 10));
    }

    private Finding hugePages() {
        return host.hugePages()
                .map(
                        mode -> Finding.ok("Huge pages", mode)
                                .warnIf(
                                        mode.equals("never"),
                                        "large models are faster with them: echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"))
                .orElseGet(() -> Finding.unknown("Huge pages"));
    }
}
