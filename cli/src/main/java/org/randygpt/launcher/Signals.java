package org.randygpt.launcher;

import java.lang.reflect.Proxy;

/**
 * What to do on a signal. By reflection, since javac warns about every mention of {@code sun.misc.Signal} and since JDK
 * 25 has no option against it; with it, warnings could not be errors.
 */
final class Signals {
    private Signals() {}

    /** Runs the action, on a thread of its own, whenever the signal arrives; without effect where it does not exist. */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object runsAction = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), runsAction);
        } catch (ReflectiveOperationException notHere) {
            // Windows has no HUP, and -Xrs keeps the signals from us: then the default stays.
        }
    }
}
