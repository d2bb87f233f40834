package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTest {
    @TempDir
    private Path root;

    @Test
    void whereTheSystemTellsNothingAllIsEmpty() {
        assertEquals(Optional.empty(), host().processor());
        assertEquals(OptionalLong.empty(), host().processors());
        assertEquals(OptionalDouble.empty(), host().processorLimit());
        assertEquals(OptionalLong.empty(), host().memoryLimit());
        assertEquals(OptionalLong.empty(), host().memoryAvailable());
        assertEquals(Optional.empty(), host().hugePages());
    }

    @Test
    void processorsAreThoseOfCpuinfo() throws IOException {
        file("proc/cpuinfo", """
                processor	: 0
                model name	: Some Processor 9000

                processor	: 1
                model name	: Some Processor 9000
                """);
        assertEquals(Optional.of("Some Processor 9000"), host().processor());
        assertEquals(OptionalLong.of(2), host().processors());
        assertEquals(
                Optional.of("Intel64"),
                new Host(root.resolve("none"), Map.of("PROCESSOR_IDENTIFIER", "Intel64")).processor());
    }

    @Test
    void theLowestLimitOfAllGroupsAroundTheProcessCounts() throws IOException {
        file("proc/self/cgroup", "0::/outer/inner\n");
        file("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
        file("sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
        file("sys/fs/cgroup/outer/inner/memory.max", "1073741824\n");
        file("sys/fs/cgroup/outer/memory.max", "max\n");
        assertEquals(OptionalDouble.of(1.5), host().processorLimit());
        assertEquals(OptionalLong.of(1L << 30), host().memoryLimit());
    }

    @Test
    void aContainersLimitsMayLieInTheMount() throws IOException {
        file("proc/self/cgroup", "0::/of/the/machine/outside\n");
        file("sys/fs/cgroup/cpu.max", "50000 100000\n");
        assertEquals(OptionalDouble.of(0.5), host().processorLimit());
    }

    @Test
    void theFirstVersionOfCgroupsIsRead() throws IOException {
        file("proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/a\n");
        file("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "200000\n");
        file("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "536870912\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(OptionalDouble.of(2), host().processorLimit());
        assertEquals(OptionalLong.of(512L << 20), host().memoryLimit());
    }

    @ParameterizedTest
    @CsvSource({
        "always [madvise] never, madvise",
        "[always] madvise never, always",
        "always madvise [never], never",
        "nonsense, ",
        "][, "
    })
    void hugePagesAreTheChosenMode(String line, String mode) throws IOException {
        file("sys/kernel/mm/transparent_hugepage/enabled", line + "\n");
        assertEquals(Optional.ofNullable(mode), host().hugePages());
    }

    @Test
    void nonsenseIsNoLimit() throws IOException {
        file("proc/self/cgroup", "nonsense\n0::/\n0:x\n");
        file("sys/fs/cgroup/cpu.max", "0\n");
        file("sys/fs/cgroup/memory.max", "99999999999999999999\n");
        file("proc/meminfo", "MemAvailable:\n");
        assertEquals(OptionalDouble.empty(), host().processorLimit());
        assertEquals(OptionalLong.empty(), host().memoryLimit());
        assertEquals(OptionalLong.empty(), host().memoryAvailable());
    }

    @Test
    void memoryIsInBytes() throws IOException {
        file("proc/meminfo", "MemTotal:       8000 kB\nMemAvailable:     2048 kB\n");
        assertEquals(OptionalLong.of(2 << 20), host().memoryAvailable());
    }

    private Host host() {
        return new Host(root, Map.of());
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
