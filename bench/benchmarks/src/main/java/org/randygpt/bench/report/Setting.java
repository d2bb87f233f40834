package org.randygpt.bench.report;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.randygpt.kernels.Workers;

/**
 * What subjects are measured with.
 *
 * @param extent how long to measure
 * @param alone a team of one, the caller
 * @param all a team of one worker for each processor
 * @param folder for what other processes need and write
 */
record Setting(Extent extent, Workers alone, Workers all, Path folder) {

    /** One worker, and all of them where that is more. */
    List<Workers> teams() {
        return Stream.of(alone, all)
                .filter(team -> team == alone || team.count() > 1)
                .toList();
    }

    /** Has a team forget what it did last, and with it the memory of a plan. */
    static void release(Workers team) {
        team.run(_ -> {});
    }

    /** A team for people. */
    static String describe(Workers team) {
        return describe(team.count());
    }

    /** A number of workers for people. */
    static String describe(int workers) {
        return workers == 1 ? "1 worker" : workers + " workers";
    }
}
