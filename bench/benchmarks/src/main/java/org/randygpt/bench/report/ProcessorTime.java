package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Processor time that ended programs took.
 *
 * @param user seconds in the programs
 * @param system seconds in the system for them
 */
record ProcessorTime(double user, double system) {
    private static final Path STAT = Path.of("/proc/self/stat");
    /** Of a second; Linux counts in it wherever it runs. */
    private static final double TICKS = 100;
    /** Fields of the file after the program's name, which may contain spaces. */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;

    /** Of all programs that this one has started and that have ended; empty where the system does not tell. */
    static Optional<ProcessorTime> ofChildren() throws IOException {
        return Files.isReadable(STAT) ? Optional.of(parse(Files.readString(STAT))) : Optional.empty();
    }

    static ProcessorTime parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return new ProcessorTime(
                Long.parseLong(fields[CHILDREN_USER]) / TICKS, Long.parseLong(fields[CHILDREN_SYSTEM]) / TICKS);
    }

    /** What came on top of an earlier time. */
    ProcessorTime since(ProcessorTime earlier) {
        return new ProcessorTime(user - earlier.user, system - earlier.system);
    }
}
