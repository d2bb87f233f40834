package org.randygpt.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ctrl-C and the like: the first signal asks the run to stop, a later one ends the process at once. Signals are reached
 * by reflection, since javac warns about every mention of {@code sun.misc.Signal} and has no option against it.
 */
final class StopSignals implements StopRequest {
    private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    private static final int SIGNALLED = 128;
    // From a terminal the same signal comes twice: by itself, and from the launcher.
    private static final long SAME_SIGNAL_NANOS = 1_000_000_000;

    private final Runnable announce;
    private final AtomicLong first = new AtomicLong();
    private final List<AutoCloseable> restore = new ArrayList<>();
    private volatile int exitCode;

    StopSignals(Runnable announce) {
        this.announce = announce;
        NUMBERS.forEach(this::handle);
    }

    /** Sends this process a signal; returns false, and does nothing, where there is no such signal. */
    static boolean raise(String name) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("raise", signalType).invoke(null, signal);
            return true;
        } catch (ReflectiveOperationException notHere) {
            return false;
        }
    }

    @Override
    public int exitCode() {
        return exitCode;
    }

    /** Gives signals the meaning back that they had before. */
    @Override
    public void close() {
        for (AutoCloseable each : restore) {
            try {
                each.close();
            } catch (Exception stays) {
                // Then a signal is announced that stops nothing any more, until a second one ends the process.
            }
        }
    }

    private void arrived(int number) {
        long now = System.nanoTime() | 1; // never 0
        if (first.compareAndSet(0, now)) {
            exitCode = SIGNALLED + number;
            announce.run();
        } else if (now - first.get() > SAME_SIGNAL_NANOS) {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
    }

    private void handle(String name, int number) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            arrived(number);
                        }
                        return null;
                    });
            Object before = handle.invoke(null, signal, handler);
            restore.add(() -> handle.invoke(null, signal, before));
        } catch (ReflectiveOperationException notHere) {
            // Windows has no HUP, and -Xrs keeps the signals from us: then the default stays.
        }
    }
}
