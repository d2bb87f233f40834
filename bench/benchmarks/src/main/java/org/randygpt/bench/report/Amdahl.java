package org.randygpt.bench.report;

/**
 * A computation of which a part is not done faster by more workers (Amdahl 1967).
 *
 * @param serial that part, as a fraction of the time on one worker
 */
record Amdahl(double serial) {

    /** The fraction that explains a speed-up on some workers. */
    static Amdahl fitted(double speedUp, int workers) {
        double fraction = (workers / speedUp - 1) / (workers - 1);
        return new Amdahl(Math.clamp(fraction, 0, 1));
    }

    /** How many times as fast it is on so many workers. */
    double speedUp(int workers) {
        return 1 / (serial + (1 - serial) / workers);
    }
}
