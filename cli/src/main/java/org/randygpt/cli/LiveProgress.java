package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;

/** Progress for a terminal: one line that is written over. */
final class LiveProgress implements MetricSink {
    private static final long NANOS_BETWEEN = 100_000_000;
    private static final String ERASE_TO_END_OF_LINE = "\u001b[K";

    private final Output out;
    private final Pace pace;
    private final int columns;
    private final LongSupplier clock;
    private long shown;
    private boolean empty = true;

    /**
     * A line that is empty still.
     *
     * @param columns of the terminal
     * @param clock in nanoseconds
     */
    LiveProgress(Output out, Pace pace, int columns, LongSupplier clock) {
        this.out = out;
        this.pace = pace;
        this.columns = columns;
        this.clock = clock;
    }

    /** A piece of the line; when the line is too long, all become brief, then those with the highest number go. */
    private record Piece(String text, String brief, int dispensable) {

        Piece(String text, int dispensable) {
            this(text, text, dispensable);
        }
    }

    @Override
    public void accept(Metric metric) {
        pace.add(metric);
        long now = clock.getAsLong();
        boolean last = pace.done() == pace.steps();
        if (empty || last || now - shown >= NANOS_BETWEEN || metric instanceof Metric.Evaluation) {
            out.print("\r" + line() + ERASE_TO_END_OF_LINE);
            out.flush();
            shown = now;
            empty = false;
        }
    }

    /** Leaves the line as it is and begins another. */
    void end() {
        if (!empty) {
            out.println("");
        }
    }

    private String line() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("step %d/%d".formatted(pace.done(), pace.steps()), 0));
        pieces.add(new Piece("loss %.4f".formatted(pace.loss()), 1));
        if (!Float.isNaN(pace.validationLoss())) {
            String loss = "%.4f".formatted(pace.validationLoss());
            pieces.add(new Piece("validation loss " + loss, "val " + loss, 2));
        }
        String speed = "%,.0f ".formatted(pace.speed());
        pieces.add(new Piece(speed + "tokens/s", speed + "tok/s", 4));
        pieces.add(new Piece("%s ms/step".formatted(Formats.milliseconds(pace.stepNanos())), 5));
        pieces.add(new Piece("%s left".formatted(Formats.duration(pace.nanosLeft())), 3));
        String line = join(pieces, Piece::text);
        for (int rank = 6; rank > 0 && line.length() >= columns; rank--) {
            int gone = rank;
            pieces.removeIf(piece -> piece.dispensable() == gone);
            line = join(pieces, Piece::brief);
        }
        // A character in the last column would have some terminals begin a new line.
        return line.substring(0, Math.min(line.length(), Math.max(1, columns - 1)));
    }

    private static String join(List<Piece> pieces, Function<Piece, String> form) {
        return pieces.stream().map(form).collect(Collectors.joining("  "));
    }
}
