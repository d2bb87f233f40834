package org.randygpt.cli;

/** Placeholder. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name. */
    public static void main(String[] arguments) {
        LauncherWatch.start();
        System.out.println("randyGPT on Java " + Runtime.version());
    }
}
