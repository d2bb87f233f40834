package org.randygpt.kernels;

/** What a kernel does with the numbers that its output already holds. */
public enum Store {
    /** Overwrite them. */
    REPLACE,
    /** Add to them. */
    ADD
}
