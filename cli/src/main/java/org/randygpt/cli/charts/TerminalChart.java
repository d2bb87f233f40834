package org.randygpt.cli.charts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Curves of braille characters, of 2 x 4 dots each. Levels are dotted lines. At the right stand the names of what ends
 * there, so that no colour is needed.
 */
public final class TerminalChart {
    private static final int DOTS_ACROSS = 2;
    private static final int DOTS_DOWN = 4;
    private static final char BLANK = '\u2800';
    /** The bit of each dot of a character, by row and column (Unicode 16, braille patterns). */
    private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private static final int AXIS = 8;
    private static final int NAMES = 16;
    private static final int NARROWEST_WITH_NAMES = 50;
    private static final int LEAST_PLOT = 10;
    private static final int BETWEEN_LABELS = 4;
    private static final int BETWEEN_DOTS = 4;

    private final int columns;
    private final int rows;
    private final int names;
    private final int[][] cells;
    private final List<List<String>> ends = new ArrayList<>();
    private final LineChart.Range range;
    private final double right;

    /**
     * An empty chart.
     *
     * @param width in characters
     * @param rows in characters, without the axis
     * @param range of y
     * @param right where x ends, which begins at 0
     */
    public TerminalChart(int width, int rows, LineChart.Range range, double right) {
        names = width >= NARROWEST_WITH_NAMES ? NAMES : 0;
        columns = Math.max(LEAST_PLOT, width - AXIS - names);
        this.rows = rows;
        this.range = range;
        this.right = Math.max(right, 1);
        cells = new int[rows][columns];
        for (int i = 0; i < rows; i++) {
            ends.add(new ArrayList<>());
        }
    }

    /** Draws a dotted line across. */
    public void add(Level level) {
        int row = row(level.value());
        for (int column = 0; column < columns * DOTS_ACROSS; column += BETWEEN_DOTS) {
            dot(column, row);
        }
        ends.get(row / DOTS_DOWN).add("%s %.2f".formatted(level.name(), level.value()));
    }

    /** Draws a curve, of which the name stands first at its end. */
    public void add(Curve curve, String name) {
        for (int i = 1; i < curve.size(); i++) {
            line(column(curve.x()[i - 1]), row(curve.y()[i - 1]), column(curve.x()[i]), row(curve.y()[i]));
        }
        if (curve.size() > 0) {
            int row = row(curve.y()[curve.size() - 1]);
            dot(column(curve.x()[curve.size() - 1]), row);
            ends.get(row / DOTS_DOWN).addFirst(name);
        }
    }

    /** The lines, the last of which says where x ends. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            StringBuilder line = new StringBuilder();
            boolean labelled = i % BETWEEN_LABELS == 0 || i == rows - 1;
            line.append(labelled ? "%6s \u2524".formatted(label(i)) : " ".repeat(AXIS - 1) + "\u2502");
            for (int bits : cells[i]) {
                line.append((char) (BLANK + bits));
            }
            if (names > 0) {
                String end = String.join(", ", ends.get(i));
                line.append(' ').append(end, 0, Math.min(end.length(), names - 1));
            }
            lines.add(line.toString().stripTrailing());
        }
        String end = Numbers.label(right);
        lines.add(" ".repeat(AXIS - 1) + "\u2514" + "\u2500".repeat(columns));
        lines.add(" ".repeat(AXIS) + "0" + " ".repeat(Math.max(1, columns - 1 - end.length())) + end);
        return lines;
    }

    /** One line of blocks, as high as the means of stretches. */
    public static String sparkline(Curve curve, int width) {
        StringBuilder blocks = new StringBuilder();
        double[] means = means(curve, Math.min(width, curve.size()));
        double low = Arrays.stream(means).min().orElse(0);
        double height = Arrays.stream(means).max().orElse(0) - low;
        for (double mean : means) {
            int eighth = height > 0 ? (int) Math.round(7 * (mean - low) / height) : 3;
            blocks.append((char) ('\u2581' + eighth));
        }
        return blocks.toString();
    }

    private static double[] means(Curve curve, int stretches) {
        double[] means = new double[stretches];
        for (int i = 0; i < stretches; i++) {
            int from = (int) ((long) curve.size() * i / stretches);
            int to = (int) ((long) curve.size() * (i + 1) / stretches);
            means[i] = Arrays.stream(curve.y(), from, to).average().orElse(0);
        }
        return means;
    }

    private String label(int row) {
        double value = range.high() - (row + 0.5) * (range.high() - range.low()) / rows;
        String label = "%.2f".formatted(value);
        return label.length() > AXIS - 2 ? "%.0e".formatted(value) : label;
    }

    private int column(double x) {
        return Math.clamp(Math.round(x / right * (columns * DOTS_ACROSS - 1)), 0, columns * DOTS_ACROSS - 1);
    }

    private int row(double y) {
        double part = (range.high() - y) / (range.high() - range.low());
        return Math.clamp(Math.round(part * (rows * DOTS_DOWN - 1)), 0, rows * DOTS_DOWN - 1);
    }

    private void dot(int column, int row) {
        cells[row / DOTS_DOWN][column / DOTS_ACROSS] |= BITS[row % DOTS_DOWN][column % DOTS_ACROSS];
    }

    private void line(int fromColumn, int fromRow, int toColumn, int toRow) {
        int dots = Math.max(Math.abs(toColumn - fromColumn), Math.abs(toRow - fromRow));
        for (int i = 0; i <= dots; i++) {
            double part = dots == 0 ? 0 : (double) i / dots;
            dot((int) Math.round(fromColumn + part * (toColumn - fromColumn)), (int)
                    Math.round(fromRow + part * (toRow - fromRow)));
        }
    }
}
