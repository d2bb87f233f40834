package org.randygpt.bench.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.bench.report.Chart.Series;

/** Draws charts as SVG, to stand in a page. */
final class ChartSvg {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 460;
    private static final int LABEL_SIZE = 12;
    private static final int TITLE_SIZE = 15;

    private ChartSvg() {}

    /** The element {@code svg}. */
    static String of(Chart chart) {
        try {
            String file = new String(ChartEncoder.getBytes(draw(chart), "svg"), StandardCharsets.UTF_8);
            return file.substring(file.indexOf("<svg"));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static XYChart draw(Chart chart) {
        XYChart drawn = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(chart.title())
                .xAxisTitle(chart.x().title())
                .yAxisTitle(chart.y().title())
                .build();
        var styler = drawn.getStyler();
        styler.setXAxisLogarithmic(chart.x().scale() == Scale.LOGARITHMIC);
        styler.setYAxisLogarithmic(chart.y().scale() == Scale.LOGARITHMIC);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TITLE_SIZE));
        Font label = new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_SIZE);
        styler.setLegendFont(label);
        styler.setAxisTitleFont(label);
        styler.setAxisTickLabelsFont(label);
        for (Series series : chart.series()) {
            add(series, drawn);
        }
        return drawn;
    }

    private static void add(Series series, XYChart drawn) {
        XYSeries added = drawn.addSeries(
                series.name(),
                series.points().stream().mapToDouble(Chart.Point::x).toArray(),
                series.points().stream().mapToDouble(Chart.Point::y).toArray());
        switch (series.look()) {
            case LINE -> added.setMarker(SeriesMarkers.CIRCLE);
            case DASHED -> added.setMarker(SeriesMarkers.NONE).setLineStyle(SeriesLines.DASH_DASH);
            case POINTS -> added.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        }
    }
}
