package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Sums over the elements of a row in the order that {@link Kernels} defines, whatever the width of the vectors: element
 * i is added to part i mod {@link #PARTS}, one after the other, then the parts are added in halves.
 *
 * <p>Narrow vectors go over the row several times, each time with other parts. What does not fill a vector is added to
 * the parts where they lie in memory, so that no vector is set in two ways.
 */
final class RowSums {
    /** Accumulators of a sum. */
    static final int PARTS = 16;

    /** Where they begin in {@link #parts}. */
    static final int START = Matrix.ALIGNED_START;

    /** Floats from what is added to what is read ahead. */
    private static final int AHEAD = 64;

    /** The sum of what was read ahead: nobody wants it, but the reads would be dropped without it. */
    float touched;

    final float[] parts = Lanes.buffer(PARTS);

    /** Σ x over n elements. */
    float of(float[] x, int at, int n) {
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at + i));
            }
            sum.intoArray(parts, START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            add(i, x[at + i]);
        }
        return total();
    }

    /** Σ (x - mean)² over n elements. */
    float ofSquares(float[] x, int at, int n, float mean) {
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                FloatVector deviation =
                        FloatVector.fromArray(SPECIES, x, at + i).sub(mean);
                sum = deviation.fma(deviation, sum);
            }
            sum.intoArray(parts, START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            float deviation = x[at + i] - mean;
            addProduct(i, deviation, deviation);
        }
        return total();
    }

    /**
     * Σ x² over n elements that come from memory: reading a little of what is a few lines ahead has more lines on their
     * way at once, which makes it twice as fast.
     */
    float ofSquaresAhead(float[] x, int at, int n) {
        int ahead = Math.min(at + AHEAD, x.length - n);
        float sumAhead = 0;
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                sumAhead += x[ahead + i];
                FloatVector element = FloatVector.fromArray(SPECIES, x, at + i);
                sum = element.fma(element, sum);
            }
            sum.intoArray(parts, START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            addProduct(i, x[at + i], x[at + i]);
        }
        touched = sumAhead;
        return total();
    }

    /** Σ x · y over n elements of each. */
    float ofProducts(float[] x, int xAt, float[] y, int yAt, int n) {
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                sum = FloatVector.fromArray(SPECIES, x, xAt + i).fma(FloatVector.fromArray(SPECIES, y, yAt + i), sum);
            }
            sum.intoArray(parts, START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            addProduct(i, x[xAt + i], y[yAt + i]);
        }
        return total();
    }

    /** Σ x · y over n elements of each, of which y comes from memory and is read ahead. */
    float ofProductsAhead(float[] x, int xAt, float[] y, int yAt, int n) {
        int ahead = Math.min(yAt + AHEAD, y.length - n);
        float sumAhead = 0;
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                sumAhead += y[ahead + i];
                sum = FloatVector.fromArray(SPECIES, x, xAt + i).fma(FloatVector.fromArray(SPECIES, y, yAt + i), sum);
            }
            sum.intoArray(parts, START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            addProduct(i, x[xAt + i], y[yAt + i]);
        }
        touched = sumAhead;
        return total();
    }

    /** Adds element i. */
    void add(int i, float x) {
        parts[START + i % PARTS] += x;
    }

    /** Adds x · y as element i. */
    void addProduct(int i, float x, float y) {
        int part = START + i % PARTS;
        parts[part] = Math.fma(x, y, parts[part]);
    }

    /** The sum of the parts, halves added to each other until one is left. */
    float total() {
        return even(0, 8) + even(1, 9);
    }

    private float even(int low, int high) {
        return quarter(low, high) + quarter(low + 2, high + 2);
    }

    /** Parts low and high, 8 apart, with those 4 further. */
    private float quarter(int low, int high) {
        return parts[START + low] + parts[START + high] + (parts[START + low + 4] + parts[START + high + 4]);
    }
}
