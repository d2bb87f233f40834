package org.randygpt.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.bench.report.Chart.Series;

/**
 * How prompts of several lengths are read by one model.
 *
 * @param reader the model, and how many workers it has
 * @param times from the shortest prompt on
 */
record ReadingLine(String reader, List<ReadingTimes> times) {

    /** Tokens a second of prompts and after them, over the prompt's length. */
    List<Series> speeds() {
        return List.of(
                series("prompt, " + reader, ReadingTimes::promptSpeed),
                series("decoding, " + reader, ReadingTimes::continuedSpeed));
    }

    /** Milliseconds to the first token, over the prompt's length. */
    Series firstTokens() {
        return series(reader, each -> 1e3 * each.secondsToFirst());
    }

    /** What is waited for. */
    List<Row> waits() {
        return times.stream()
                .map(each -> Row.of(name("first token", each), 1e3 * each.secondsToFirst(), "ms"))
                .toList();
    }

    /** What was read and written in a second. */
    List<Row> rates() {
        List<Row> rows = new ArrayList<>();
        for (ReadingTimes each : times) {
            rows.add(Row.of(name("reading", each), each.promptSpeed(), "tokens/s"));
            rows.add(Row.of(name("decoding", each), each.continuedSpeed(), "tokens/s"));
        }
        return rows;
    }

    private String name(String what, ReadingTimes each) {
        return "%s, prompt of %,d, %s".formatted(what, each.prompt(), reader);
    }

    private Series series(String name, ToDoubleFunction<ReadingTimes> figure) {
        // A line of one point would not be seen to be one.
        Look look = times.size() == 1 ? Look.POINTS : Look.LINE;
        return new Series(
                name,
                look,
                times.stream()
                        .map(each -> new Point(each.prompt(), figure.applyAsDouble(each)))
                        .toList());
    }
}
