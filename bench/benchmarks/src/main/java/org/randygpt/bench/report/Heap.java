package org.randygpt.bench.report;

import java.lang.management.ManagementFactory;

/** What of the heap of this process is in use. */
final class Heap {
    /** A part that collectors keep for themselves. */
    private static final double USABLE = 0.9;

    /** The serial collector leaves a twentieth of the heap where it lies, garbage or not, but not each fourth time. */
    private static final int COLLECTIONS = 4;

    private Heap() {}

    /** Takes all garbage away, after which {@link #bytesInUse} counts none. */
    static void clean() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
    }

    /** Bytes that somebody still refers to. */
    static long bytesInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Bytes that there is room for beside them. */
    static long bytesLeft() {
        return (long) (USABLE * Runtime.getRuntime().maxMemory()) - bytesInUse();
    }
}
