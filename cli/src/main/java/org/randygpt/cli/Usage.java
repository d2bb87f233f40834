package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Time at one moment.
 *
 * @param wallNanos of a clock
 * @param processorNanos of all threads of this process since it began
 */
record Usage(long wallNanos, long processorNanos) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");

    static Usage now() {
        Optional<Duration> processor = ProcessHandle.current().info().totalCpuDuration();
        return new Usage(System.nanoTime(), processor.map(Duration::toNanos).orElse(0L));
    }

    /** What has passed since an earlier moment. */
    Usage since(Usage earlier) {
        return new Usage(wallNanos - earlier.wallNanos, processorNanos - earlier.processorNanos);
    }

    /** The most memory that this process has had at once, in bytes; only Linux says it. */
    static OptionalLong peakMemory() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(STATUS));
            return peak.find() ? OptionalLong.of(Long.parseLong(peak.group(1)) << 10) : OptionalLong.empty();
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
