package org.randygpt.bench.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
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

    /** Of Okabe and Ito 2008, which those who see fewer colours can tell apart, without their yellow. */
    private static final Color[] COLOURS = {
        new Color(0x0072B2),
        new Color(0xD55E00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0xE69F00),
        new Color(0x56B4E9),
        new Color(0x000000)
    };

    private static final Set<Integer> LABELLED = Set.of(1, 2, 5);

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
        if (chart.x().scale() == Scale.LOGARITHMIC) {
            styler.setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(false);
            styler.setXAxisTickLabelsFormattingFunction(ChartSvg::labelOfDecade);
        }
        if (chart.y().scale() == Scale.LOGARITHMIC) {
            styler.setYAxisLogarithmic(true).setYAxisLogarithmicDecadeOnly(false);
            styler.setYAxisTickLabelsFormattingFunction(ChartSvg::labelOfDecade);
        }
        styler.setSeriesColors(COLOURS);
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

    /** What stands at a mark of a logarithmic axis: less than a decade may be seen, and so 2 and 5 have labels, too. */
    static String labelOfDecade(double mark) {
        BigDecimal rounded = new BigDecimal(mark).round(new MathContext(3)).stripTrailingZeros();
        return LABELLED.contains(rounded.unscaledValue().intValue())
                ? "%,f".formatted(rounded).replaceFirst("\\.?0*$", "")
                : "";
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
