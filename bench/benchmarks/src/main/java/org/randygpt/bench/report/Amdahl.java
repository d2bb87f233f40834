package org.randygpt.bench.report;

import java.util.Map;

/**
 * A computation of which a part is not done faster by more workers (Amdahl 1967).
 *
 * @param serial that part, as a fraction of the time on one worker
 */
record Amdahl(double serial) {

    /**
     * The fraction that explains measured speed-ups best, by least squares of the times.
     *
     * @param speedUps by number of workers, at least one of which is more than 1
     */
    static Amdahl fitted(Map<Integer, Double> speedUps) {
        double products = 0;
        double squares = 0;
        for (Map.Entry<Integer, Double> each : speedUps.entrySet()) {
            // On n workers it takes serial + (1 - serial) / n of the time on one.
            double ofSerial = 1 - 1.0 / each.getKey();
            products += ofSerial * (1 / each.getValue() - 1.0 / each.getKey());
            squares += ofSerial * ofSerial;
        }
        return new Amdahl(Math.clamp(products / squares, 0, 1));
    }

    /** How many times as fast it is on so many workers. */
    double speedUp(int workers) {
        return 1 / (serial + (1 - serial) / workers);
    }
}
