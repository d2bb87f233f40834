package org.randygpt.train.records;

import java.io.IOException;
import java.nio.file.Path;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;

/** How metrics are written down. */
sealed interface RecordFormat permits JsonLines, CsvLines, EventFrames {

    /**
     * How many bytes of a file stay when a run goes on: all that came before, and nothing of what did not count.
     *
     * @param progress where the run stands
     */
    long kept(Path file, Progress progress) throws IOException;

    /** What a file begins with when nothing of it has stayed. */
    byte[] beginning(RunHeader header);

    /** What is written for a metric; may be nothing. */
    byte[] record(Metric metric);
}
