package org.randygpt.cli;

import org.jspecify.annotations.Nullable;

/** Where someone's lines come from. */
interface Lines extends AutoCloseable {

    /** The next line without its end; null when there are no more. */
    @Nullable
    String next();

    /** Whether whoever gives the lines has asked since the last one that nothing more be written. */
    boolean isInterrupted();

    @Override
    void close();
}
