package org.randygpt.bench.regression;

/** A ratio of two things that one round measures, one after the other: larger is faster. */
interface Figure {
    /** Its name in files, and for people. */
    String name();

    /** Makes it ready to be measured. */
    void warmUp();

    /**
     * One round's ratio; NaN when other programs left it no processors.
     *
     * @param peak what one worker does at most in this round, in floating-point operations a second
     */
    double measure(double peak);

    /** Arithmetic as a share of the peak of one worker. */
    record ShareOfPeak(String name, double flops, Stopwatch watch) implements Figure {
        @Override
        public void warmUp() {
            watch.warmUp();
        }

        @Override
        public double measure(double peak) {
            return flops / watch.seconds() / peak;
        }
    }

    /** How many times as fast one way is as another. */
    record Speed(String name, Stopwatch fast, Stopwatch slow) implements Figure {
        @Override
        public void warmUp() {
            fast.warmUp();
            slow.warmUp();
        }

        @Override
        public double measure(double peak) {
            return slow.seconds() / fast.seconds();
        }
    }
}
