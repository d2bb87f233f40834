package org.randygpt.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.randygpt.cli.charts.BarChart;
import org.randygpt.cli.charts.Picture;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.data.TextStatistics.Kind;

/**
 * How many documents or lines are of which length.
 *
 * @param what documents or lines
 * @param labels lengths in bytes, "2 to 3"
 * @param counts how many have them
 */
record Lengths(String what, List<String> labels, List<Long> counts) {
    private static final int BAR_CELLS = 40;
    private static final int PICTURE_WIDTH = 1200;
    private static final int PICTURE_HEIGHT = 700;

    /** Those of some documents or lines, from the shortest to the longest. */
    static Lengths of(String what, Kind kind) {
        long[] lengths = kind.lengths();
        int first = 0;
        int last = lengths.length - 1;
        while (first < last && lengths[first] == 0) {
            first++;
        }
        while (last > first && lengths[last] == 0) {
            last--;
        }
        List<String> labels = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            labels.add("%,d to %,d".formatted(1L << i, (1L << i + 1) - 1));
            counts.add(lengths[i]);
        }
        return new Lengths(what, labels, counts);
    }

    /** Writes them as bars. */
    void print(Output out) {
        out.println("");
        out.println("Bytes of " + what + ":");
        long most = Math.max(1, Collections.max(counts));
        for (int i = 0; i < labels.size(); i++) {
            bar(out, labels.get(i), counts.get(i), most);
        }
    }

    /** Writes a line with a bar of the length that a count has beside the largest. */
    static void bar(Output out, String label, long count, long most) {
        String cells = "#".repeat((int) Math.round((double) BAR_CELLS * count / most));
        out.println("%25s  %-40s %,d".formatted(label, cells, count));
    }

    /** Draws them into a file, whose name says in which form. */
    void draw(Path file) throws IOException {
        BarChart chart = new BarChart(
                "How long the %s are".formatted(what),
                "bytes of UTF-8",
                "number of " + what,
                labels,
                List.of(new BarChart.Group(
                        what, counts.stream().map(Long::doubleValue).toList())));
        byte[] drawn = Picture.of(chart, PICTURE_WIDTH, PICTURE_HEIGHT).file(file.toString());
        AtomicFiles.write(file, to -> to.write(ByteBuffer.wrap(drawn)));
    }
}
