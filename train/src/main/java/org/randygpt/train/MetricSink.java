package org.randygpt.train;

/** Where a run's metrics go. */
public interface MetricSink {

    /** Takes one metric, on the thread that trains. */
    void accept(Metric metric);
}
