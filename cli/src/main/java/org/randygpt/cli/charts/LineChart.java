package org.randygpt.cli.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.randygpt.cli.charts.Series.Look;

/**
 * Lines over two axes.
 *
 * @param title what they show
 * @param x title of the axis to the right
 * @param y title of the axis upwards, with the unit
 * @param series drawn in this order; what lies beyond the range is drawn at its edge
 * @param levels lines across
 * @param range of y
 */
public record LineChart(String title, String x, String y, List<Series> series, List<Level> levels, Range range)
        implements Drawing {
    private static final float THIN = 1;
    private static final float THICK = 2.4f;
    private static final int MARKER = 7;
    /** The most of the width that names of levels have, with no curve under them. */
    private static final double MOST_NAMES = 0.3;

    private static final int TICK_SPACING = 90;

    /** From the lowest to the highest number on an axis. */
    public record Range(double low, double high) {
        private static final double MARGIN = 0.04;

        /** All the numbers, and a little more; never empty. */
        public static Range around(DoubleStream numbers) {
            var all = numbers.filter(Double::isFinite).summaryStatistics();
            if (all.getCount() == 0) {
                return new Range(0, 1);
            }
            double height = all.getMax() - all.getMin();
            double margin = height > 0 ? MARGIN * height : Math.max(Math.abs(all.getMax()), 1e-9) / 2;
            return new Range(all.getMin() - margin, all.getMax() + margin);
        }

        /** The same from 0 on, for numbers above it. */
        public Range fromZero() {
            return new Range(0, high);
        }

        double clamp(double number) {
            return Math.clamp(number, low, high);
        }
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        XYStyler styler = chart.getStyler();
        Looks.apply(styler);
        styler.setXAxisTickMarkSpacingHint(TICK_SPACING);

        styler.setYAxisTickLabelsFormattingFunction(mark -> Numbers.label(mark, range.high - range.low));
        styler.setMarkerSize(MARKER);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        boolean named = series.stream().anyMatch(each -> !each.name().isEmpty());
        styler.setLegendVisible(named);
        double right = series.stream()
                .flatMapToDouble(each -> Arrays.stream(each.x()))
                .max()
                .orElse(1);
        LevelNames names = new LevelNames(levels);
        double end = right / (1 - Math.min(MOST_NAMES, names.width() / width));
        String marks = right > 1 ? "%,.0f" : "%.1f";
        // Where names stand there are no more steps. XChart draws no empty label.
        styler.setXAxisTickLabelsFormattingFunction(
                mark -> mark > right ? " " : String.format(Locale.ROOT, marks, mark));
        styler.setXAxisMin(0.0);
        styler.setXAxisMax(end);
        styler.setYAxisMin(range.low);
        styler.setYAxisMax(range.high);
        addCorners(chart, end);
        for (int i = 0; i < levels.size(); i++) {
            add(levels.get(i), i, chart, end);
        }
        for (int i = 0; i < series.size(); i++) {
            add(series.get(i), i, chart);
        }
        chart.paint(graphics, width, height);
        names.paint(chart, end, graphics);
    }

    /** Without two places that are far apart XChart would put marks at the places of steps, such as 26, 52 and 78. */
    private void addCorners(XYChart chart, double end) {
        XYSeries corners = chart.addSeries("corners", new double[] {0, end}, new double[] {range.low, range.low});
        corners.setShowInLegend(false);
        corners.setMarker(SeriesMarkers.NONE);
        corners.setLineStyle(SeriesLines.NONE);
    }

    private static void add(Level level, int number, XYChart chart, double end) {
        // XChart takes one series of a name.
        XYSeries line =
                chart.addSeries("level " + number, new double[] {0, end}, new double[] {level.value(), level.value()});
        line.setShowInLegend(false);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineStyle(SeriesLines.DASH_DASH);
        line.setLineWidth(THIN);
        line.setLineColor(Looks.ofLevel(level));
    }

    private void add(Series one, int number, XYChart chart) {
        if (one.x().length == 0) {
            return;
        }
        double[] inside = Arrays.stream(one.y()).map(range::clamp).toArray();
        XYSeries added = chart.addSeries(number + " " + one.name(), one.x(), inside);
        Color colour = Looks.colour(one.colour());
        added.setLabel(one.name());
        added.setShowInLegend(!one.name().isEmpty());
        added.setMarker(one.look() == Look.POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        added.setMarkerColor(colour);
        added.setLineColor(one.look() == Look.PALE ? Looks.pale(colour) : colour);
        float width = one.look() == Look.BOLD ? THICK : THIN;
        added.setLineStyle(
                one.look() == Look.POINTS
                        ? SeriesLines.DOT_DOT
                        : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        added.setLineWidth(width);
    }
}
