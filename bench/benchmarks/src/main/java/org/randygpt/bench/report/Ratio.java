package org.randygpt.bench.report;

/**
 * A figure as a multiple of another one of the same run.
 *
 * @param value how many times as much
 * @param of what the other one is, as in "peak"
 */
record Ratio(double value, String of) {

    @Override
    public String toString() {
        return "%.2f of %s".formatted(value, of);
    }
}
