package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.randygpt.cli.charts.TerminalChart;
import org.randygpt.train.Metric;

/** Progress for a terminal: three lines that are written over. */
final class LiveProgress implements Progress {
    private static final long NANOS_BETWEEN = 100_000_000;
    private static final int MOST_DISPENSABLE = 5;
    private static final int BAR_CELLS = 20;
    private static final int SPARKLINE_CELLS = 16;

    private final Output out;
    private final Pace pace;
    private final Screen screen;
    private final LiveLines live;
    private final LongSupplier clock;
    private final LossHistory losses;
    private long painted;
    private boolean begun;

    /**
     * Lines about a pace, which others keep up to date.
     *
     * @param losses those before, which those to come are added to
     * @param screen which is live
     * @param clock in nanoseconds
     */
    LiveProgress(Output out, Pace pace, LossHistory losses, Screen screen, LongSupplier clock) {
        this.out = out;
        this.pace = pace;
        this.losses = losses;
        this.screen = screen;
        live = new LiveLines(out, screen);
        this.clock = clock;
    }

    /**
     * A piece of a line; when the line is too long, those with the highest number become brief first, then go first.
     */
    private record Piece(String text, String brief, int dispensable) {

        Piece(String text, int dispensable) {
            this(text, text, dispensable);
        }

        Piece shortened() {
            return new Piece(brief, dispensable);
        }
    }

    @Override
    public void accept(Metric metric) {
        if (metric instanceof Metric.Step step) {
            losses.add(step.step(), pace.smoothedLoss());
        }
        if (!begun || clock.getAsLong() - painted >= NANOS_BETWEEN || metric instanceof Metric.Evaluation) {
            paint();
        }
    }

    @Override
    public void say(String line) {
        live.erase();
        out.println(line);
        paint();
    }

    @Override
    public void interrupted() {
        live.interrupted();
    }

    @Override
    public void end() {
        if (begun) {
            paint();
            live.leave();
        }
    }

    private void paint() {
        int columns = screen.columns();
        live.show(List.of(line(whereItIs(), columns), line(howWell(), columns), line(howFast(), columns)));
        painted = clock.getAsLong();
        begun = true;
    }

    private List<Piece> whereItIs() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("step %d/%d".formatted(pace.done(), pace.steps()), 0));
        pieces.add(new Piece("%d %%".formatted(100 * pace.done() / pace.steps()), 3));
        pieces.add(new Piece("%s left".formatted(Formats.duration(pace.nanosLeft())), 1));
        if (pace.done() < pace.steps()) {
            String time = Formats.duration(pace.nanosToSave());
            pieces.add(new Piece("next save in %s, at step %d".formatted(time, pace.nextSave()), "save in " + time, 2));
        }
        pieces.add(new Piece(bar(BAR_CELLS), bar(BAR_CELLS / 2), 5));
        return pieces;
    }

    private String bar(int cells) {
        int full = (int) (cells * pace.done() / pace.steps());
        return "[%s%s]".formatted("#".repeat(full), "-".repeat(cells - full));
    }

    private String sparkline(int cells) {
        return screen.shown(TerminalChart.sparkline(losses.curve(), cells));
    }

    private List<Piece> howWell() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("loss %.4f".formatted(pace.last().loss()), 4));
        pieces.add(new Piece("smoothed %.4f".formatted(pace.smoothedLoss()), 0));
        pieces.add(new Piece(sparkline(SPARKLINE_CELLS), sparkline(SPARKLINE_CELLS / 2), 5));
        if (!Float.isNaN(pace.validationLoss())) {
            String loss = "%.4f".formatted(pace.validationLoss());
            pieces.add(new Piece("validation " + loss, "val " + loss, 2));
            pieces.add(new Piece("%.3f bits/byte".formatted(pace.bitsPerByte()), 3));
            String perplexity = "%.4g".formatted(pace.perplexity());
            pieces.add(new Piece("perplexity " + perplexity, "ppl " + perplexity, 3));
        }
        return pieces;
    }

    private List<Piece> howFast() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("rate %.2e".formatted(pace.last().learningRate()), 2));
        pieces.add(new Piece("norm %.2f".formatted(pace.last().gradientNorm()), 3));
        pieces.add(new Piece("%.0f %% clipped".formatted(100 * pace.clippedShare()), 4));

        pieces.add(new Piece("%,.0f tokens/s".formatted(pace.speed()), 0));
        if (!Double.isNaN(pace.shareOfPeak())) {
            pieces.add(new Piece("%.0f %% of peak".formatted(100 * pace.shareOfPeak()), 4));
        }
        return pieces;
    }

    private static String line(List<Piece> pieces, int columns) {
        for (int rank = MOST_DISPENSABLE; rank > 0 && join(pieces).length() >= columns; rank--) {
            int brief = rank;
            pieces.replaceAll(piece -> piece.dispensable() == brief ? piece.shortened() : piece);
        }
        for (int rank = MOST_DISPENSABLE; rank > 0 && join(pieces).length() >= columns; rank--) {
            int gone = rank;
            pieces.removeIf(piece -> piece.dispensable() == gone);
        }
        return join(pieces);
    }

    private static String join(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).filter(text -> !text.isEmpty()).collect(Collectors.joining("  "));
    }
}
