package org.randygpt.bench.report;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.VectorKernels;

/** Vector kernels that count how long each worker computes: what is left of a step is waiting and serial work. */
final class BusyKernels implements Kernels.Factory {
    /** Longs between the counters of two workers, so that no cache line holds both. */
    private static final int APART = 16;

    private final int workers;
    private final long[] busy;

    /** Counters of a team. */
    BusyKernels(int workers) {
        this.workers = workers;
        busy = new long[workers * APART];
    }

    /** How many workers are counted. */
    int workers() {
        return workers;
    }

    /** Nanoseconds in kernels so far, of all workers together; to be asked between steps. */
    long busyNanos() {
        long sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            sum += busy[worker * APART];
        }
        return sum;
    }

    @Override
    public Kernels create(Share share) {
        Kernels kernels = new VectorKernels(share);
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, arguments) -> {
                    long started = System.nanoTime();
                    Object result = call(kernels, method, arguments);
                    busy[share.index() * APART] += System.nanoTime() - started;
                    return result;
                });
    }

    private static @Nullable Object call(Kernels kernels, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(kernels, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }
}
