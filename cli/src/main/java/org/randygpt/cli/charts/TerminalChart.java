package org.randygpt.cli.charts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
    private static final int NARROWEST_WITH_NAMES = 50;
    /** The most of the width that names have. */
    private static final double MOST_NAMES = 0.4;

    private static final String BETWEEN_NAMES = ", ";
    private static final String LEFT_OUT = " ...";
    private static final int LEAST_PLOT = 10;
    private static final int BETWEEN_LABELS = 4;
    private static final int BETWEEN_DOTS = 4;

    private final int width;
    private final int rows;
    private final LineChart.Range range;
    private final double right;
    private final List<Level> levels = new ArrayList<>();
    private final List<Named> curves = new ArrayList<>();

    private record Named(Curve curve, String name) {}

    /**
     * An empty chart.
     *
     * @param width in characters
     * @param rows in characters, without the axis
     * @param range of y
     * @param right where x ends, which begins at 0
     */
    public TerminalChart(int width, int rows, LineChart.Range range, double right) {
        this.width = width;
        this.rows = rows;
        this.range = range;
        this.right = Math.max(right, 1);
    }

    /** Draws a dotted line across. */
    public void add(Level level) {
        levels.add(level);
    }

    /** Draws a curve, of which the name stands first at its end. */
    public void add(Curve curve, String name) {
        curves.add(new Named(curve, name));
    }

    /** The lines, the last of which says where x ends. */
    public List<String> lines() {
        List<String> names = names();
        int widest = names.stream().mapToInt(String::length).max().orElse(0);
        int columns = Math.max(LEAST_PLOT, width - AXIS - (widest == 0 ? 0 : widest + 1));
        Dots dots = new Dots(columns);
        levels.forEach(dots::draw);
        curves.forEach(named -> dots.draw(named.curve));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            boolean labelled = i % BETWEEN_LABELS == 0 || i == rows - 1;
            String axis = labelled ? "%6s \u2524".formatted(label(i)) : " ".repeat(AXIS - 1) + "\u2502";
            lines.add((axis + dots.row(i) + " " + names.get(i)).stripTrailing());
        }
        String end = Numbers.label(right);
        lines.add(" ".repeat(AXIS - 1) + "\u2514" + "\u2500".repeat(columns));
        lines.add(" ".repeat(AXIS) + "0" + " ".repeat(Math.max(1, columns - 1 - end.length())) + end);
        return lines;
    }

    /** What stands at the end of each row: the names of what ends there, or of what has no room in the next row. */
    private List<String> names() {
        List<List<String>> ends = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ends.add(new ArrayList<>());
        }
        int most = (int) (MOST_NAMES * width);
        if (width >= NARROWEST_WITH_NAMES) {
            for (Named named : curves.reversed()) {
                double[] y = named.curve.y();
                if (y.length > 0) {
                    ends.get(row(y[y.length - 1]) / DOTS_DOWN).addFirst(named.name);
                }
            }
            levels.forEach(level -> endWithRoom(ends, row(level.value()) / DOTS_DOWN, level.label(), most)
                    .add(level.label()));
        }
        return ends.stream().map(names -> fitting(names, most)).toList();
    }

    /** That of a row, or of the nearest that a name fits into. */
    private static List<String> endWithRoom(List<List<String>> ends, int row, String name, int most) {
        return IntStream.range(0, ends.size())
                .boxed()
                .sorted(Comparator.comparingInt(other -> Math.abs(other - row)))
                .map(ends::get)
                .filter(names ->
                        String.join(BETWEEN_NAMES, names).length() + BETWEEN_NAMES.length() + name.length() <= most)
                .findFirst()
                .orElse(ends.get(row));
    }

    /** As many names as fit, beside a sign for those that do not. */
    private static String fitting(List<String> names, int most) {
        for (int count = names.size(); count > 0; count--) {
            String fewer = String.join(BETWEEN_NAMES, names.subList(0, count)) + (count < names.size() ? LEFT_OUT : "");
            if (fewer.length() <= most) {
                return fewer;
            }
        }
        return "";
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

    private int row(double y) {
        double part = (range.high() - y) / (range.high() - range.low());
        return Math.clamp(Math.round(part * (rows * DOTS_DOWN - 1)), 0, rows * DOTS_DOWN - 1);
    }

    private final class Dots {
        private final int columns;
        private final int[][] cells;

        Dots(int columns) {
            this.columns = columns;
            cells = new int[rows][columns];
        }

        void draw(Level level) {
            for (int column = 0; column < columns * DOTS_ACROSS; column += BETWEEN_DOTS) {
                dot(column, TerminalChart.this.row(level.value()));
            }
        }

        void draw(Curve curve) {
            for (int i = 0; i < curve.size(); i++) {
                int before = Math.max(0, i - 1);
                line(
                        column(curve.x()[before]),
                        TerminalChart.this.row(curve.y()[before]),
                        column(curve.x()[i]),
                        TerminalChart.this.row(curve.y()[i]));
            }
        }

        String row(int row) {
            StringBuilder line = new StringBuilder();
            for (int bits : cells[row]) {
                line.append((char) (BLANK + bits));
            }
            return line.toString();
        }

        private int column(double x) {
            return Math.clamp(Math.round(x / right * (columns * DOTS_ACROSS - 1)), 0, columns * DOTS_ACROSS - 1);
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
}
