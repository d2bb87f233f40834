package org.randygpt.cli;

import java.util.Optional;

/** Ties the life of this process to that of the launcher that started it. */
final class LauncherWatch {
    private static final int KILLED = 137;

    private LauncherWatch() {}

    /**
     * From now on, ends this process with status 137 as soon as its launcher is gone. The launcher outlives this
     * process unless it was killed in a way that it could not pass on. Without a launcher nothing is watched.
     */
    static void start() {
        String launcher = System.getProperty("randygpt.launcher");
        if (launcher == null) {
            return;
        }
        // A process whose parent died has another parent: then the launcher was gone before we came to look.
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty() || parent.get().pid() != Long.parseLong(launcher)) {
            halt();
        } else {
            var _ = parent.get().onExit().thenRun(LauncherWatch::halt);
        }
    }

    private static void halt() {
        Runtime.getRuntime().halt(KILLED);
    }
}
