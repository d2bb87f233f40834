package org.randygpt.bench.report;

import java.io.IOException;

/** One subject of the report, and how it is measured. */
interface Subject {

    /** What is shown while it is being measured. */
    String title();

    /** Measures it. */
    Section measure(Setting setting) throws IOException, InterruptedException;
}
