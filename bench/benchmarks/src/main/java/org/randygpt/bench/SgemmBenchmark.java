package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Products of square matrices. */
public non-sealed class SgemmBenchmark extends Products {
    /** Rows and columns of all three. */
    @Param({"3", "67", "256", "1024"})
    public int size;

    /** Fills the sides with random numbers. */
    @Setup
    public void fill() throws IOException {
        fill(size, size, size);
    }
}
