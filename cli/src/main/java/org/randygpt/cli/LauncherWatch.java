package org.randygpt.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ties the life of this process to that of the launcher that started it. */
final class LauncherWatch {
    private static final int KILLED = 137;

    private LauncherWatch() {}

    /**
     * From now on, this process gets SIGTERM as soon as its launcher is gone: a run is saved after its step, and
     * anything else ends. The launcher outlives this process unless it was killed in a way that it could not pass on.
     * Without a launcher nothing is watched.
     */
    static void start() {
        @Nullable String launcher = System.getProperty("randygpt.launcher");
        if (launcher == null) {
            return;
        }
        // A process whose parent died has another parent: then the launcher was gone before we came to look.
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty() || parent.get().pid() != Long.parseLong(launcher)) {
            stop();
        } else {
            var _ = parent.get().onExit().thenRun(LauncherWatch::stop);
        }
    }

    private static void stop() {
        if (!StopSignals.raise("TERM")) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
