package org.randygpt.cli;

import org.randygpt.train.MetricSink;

/** Shows how a run goes. */
sealed interface Progress extends MetricSink permits LiveProgress, LineProgress {

    /** Shows a line of text, which stays. */
    void say(String line);

    /** Somebody else writes to the screen, from any thread: what has been shown stays where it is. */
    void interrupted();

    /** Shows where the run stands at its end, and leaves it there. */
    void end();
}
