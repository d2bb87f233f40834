package org.randygpt.bench;

import java.io.IOException;

/** Runs the benchmarks. */
public final class Main {
    private Main() {}

    /** Takes JMH's options; {@code -h} lists them. */
    public static void main(String[] arguments) throws IOException {
        org.openjdk.jmh.Main.main(arguments);
    }
}
