package org.randygpt.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs a program as if it were this process: with our streams, our signals, and its exit code for ours. */
final class ChildProcess {
    private static final List<String> FORWARDED = List.of("HUP", "INT", "TERM");

    private ChildProcess() {}

    /**
     * Runs the command to its end.
     *
     * @return its exit code, 128 + n if signal n ended it
     */
    static int run(List<String> command) throws IOException, InterruptedException {
        // Before the start, so that no signal gets lost in between.
        CompletableFuture<ProcessHandle> started = new CompletableFuture<>();
        FORWARDED.forEach(signal -> forward(signal, started));

        Process process = new ProcessBuilder(command)
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .start();
        started.complete(process.toHandle());

        Thread relay = new Thread(() -> relay(process), "stderr");
        relay.setDaemon(true);
        relay.start();
        int exitCode = process.waitFor();
        relay.join();
        return exitCode;
    }

    // Our own stderr stays open: in Maven's JVM others write there too.
    private static void relay(Process process) {
        // Not System.err, which hides that nobody reads.
        FileOutputStream to = new FileOutputStream(FileDescriptor.err);
        try (InputStream from = process.getErrorStream()) {
            new WarningFilter(from, to).run();
        } catch (IOException closed) {
            // Nobody reads ours: the child's is closed now too, so it notices as it would without us.
        }
    }

    /** From a terminal the child gets the signal by itself as well; it takes the second as the same one. */
    private static void forward(String name, CompletableFuture<ProcessHandle> started) {
        Signals.handle(name, () -> {
            var unused = started.thenAccept(child -> send(name, child));
        });
    }

    private static void send(String signal, ProcessHandle child) {
        if (signal.equals("TERM")) {
            child.destroy();
        } else if (!Platform.WINDOWS) {
            // Java can send TERM and KILL only. The shell's own kill, since the program may not be installed.
            try {
                new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + child.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD)
                        .start();
            } catch (IOException noShell) {
                child.destroy();
            }
        }
    }
}
