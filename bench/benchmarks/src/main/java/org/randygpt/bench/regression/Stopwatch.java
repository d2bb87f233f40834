package org.randygpt.bench.regression;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Times one piece of work again and again, each time for as long as it takes to be seen. */
final class Stopwatch {
    private static final long SAMPLE_NANOS = 15_000_000;
    private static final long WARM_UP_NANOS = 400_000_000;
    private static final int WARM_UP_CALLS = 20;
    /** Of the processor time that a team could have: below it others had it, and the time says nothing. */
    private static final double CALM = 0.9;

    private static final int ATTEMPTS = 4;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Runnable work;
    private final int workers;
    private int calls;

    /**
     * Of work that is not warm yet.
     *
     * @param workers threads that are busy in it
     */
    Stopwatch(Runnable work, int workers) {
        this.work = work;
        this.workers = workers;
    }

    /** Waits until the compiler is done with it, as far as one can see. */
    void warmUp() {
        long begun = System.nanoTime();
        long last = 1;
        for (int done = 0; done < WARM_UP_CALLS || System.nanoTime() - begun < WARM_UP_NANOS; done++) {
            long started = System.nanoTime();
            work.run();
            last = Math.max(1, System.nanoTime() - started);
        }
        calls = (int) Math.ceilDiv(SAMPLE_NANOS, last);
    }

    /**
     * Seconds of one call. Of one worker, which is the thread that calls, its processor time counts, so that other
     * programs make no difference beyond what they do to its caches; of several the time until all are done, measured
     * again, but not for ever, while others take the processors away.
     *
     * @return NaN when others always did
     */
    double seconds() {
        return workers == 1 ? ofThisThread() : ofTeam();
    }

    private double ofThisThread() {
        long started = THREADS.getCurrentThreadCpuTime();
        runAll();
        return (THREADS.getCurrentThreadCpuTime() - started) / 1e9 / calls;
    }

    private double ofTeam() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long processor = SYSTEM.getProcessCpuTime();
            long started = System.nanoTime();
            runAll();
            long taken = System.nanoTime() - started;
            if (SYSTEM.getProcessCpuTime() - processor >= CALM * taken * workers) {
                return taken / 1e9 / calls;
            }
        }
        return Double.NaN;
    }

    private void runAll() {
        for (int call = 0; call < calls; call++) {
            work.run();
        }
    }
}
