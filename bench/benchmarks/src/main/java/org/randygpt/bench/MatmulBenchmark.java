package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Products of the shapes of a training step of the small models, of a token and a short prompt, and odd ones. */
public non-sealed class MatmulBenchmark extends Products {
    /** M x K x N: out (M, N) from sums over K. */
    @Param({
        "2048x128x384",
        "2048x384x128",
        "2048x128x512",
        "2048x512x128",
        "2048x128x128",
        "2048x128x67",
        "1x128x384",
        "3x128x384",
        "3x67x67",
        "67x129x31"
    })
    public String shape = "";

    /** Fills the sides with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] sizes = sizes(shape);
        fill(sizes[0], sizes[1], sizes[2]);
    }
}
