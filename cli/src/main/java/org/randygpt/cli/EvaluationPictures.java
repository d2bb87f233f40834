package org.randygpt.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.train.evaluation.Calibration;
import org.randygpt.train.evaluation.TextLoss;

/** The pictures of an evaluation, as SVG. */
final class EvaluationPictures {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 450;
    private static final int LABEL_SIZE = 14;
    // Okabe and Ito's blue and vermilion, which everybody can tell apart.
    private static final Color[] COLOURS = {new Color(0x0072B2), new Color(0xD55E00)};

    private EvaluationPictures() {}

    /** The loss at each position of the window. */
    static byte[] lossByPosition(EvaluationReport report) throws IOException {
        XYChart chart = chart("tokens before", "nats per token");
        for (int i = 0; i < report.models().size(); i++) {
            TextLoss loss = report.models().get(i).loss();
            if (loss == null) {
                continue;
            }
            List<Integer> positions = new ArrayList<>();
            List<Double> losses = new ArrayList<>();
            for (int position = 0; position < loss.byPosition().length; position++) {
                if (!Double.isNaN(loss.byPosition()[position])) {
                    positions.add(position + 1);
                    losses.add(loss.byPosition()[position]);
                }
            }
            var series = chart.addSeries(name(report, i), positions, losses);
            series.setMarker(SeriesMarkers.NONE).setLineColor(COLOURS[i]);
        }
        return svg(chart);
    }

    /** How often the likeliest token comes, by its probability; a line where both are the same. */
    static byte[] calibration(EvaluationReport report) throws IOException {
        XYChart chart = chart("probability of the likeliest token", "how often it comes");
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
        chart.addSeries("perfect", new double[] {0, 1}, new double[] {0, 1})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.GRAY)
                .setLineStyle(new BasicStroke(1));
        for (int i = 0; i < report.models().size(); i++) {
            TextLoss loss = report.models().get(i).loss();
            if (loss == null) {
                continue;
            }
            List<Calibration.Bin> bins = loss.calibration().bins().stream()
                    .filter(bin -> bin.count() > 0)
                    .toList();
            chart.addSeries(
                            name(report, i),
                            bins.stream().map(Calibration.Bin::confidence).toList(),
                            bins.stream().map(Calibration.Bin::accuracy).toList())
                    .setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(COLOURS[i])
                    .setLineColor(COLOURS[i]);
        }
        return svg(chart);
    }

    /** A chart's names must differ. */
    private static String name(EvaluationReport report, int model) {
        String name = report.models().get(model).name();
        List<String> names = report.models().stream().map(OfModel::name).toList();
        return names.indexOf(name) == model ? name : name + " again";
    }

    private static XYChart chart(String x, String y) {
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        Font label = new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_SIZE);
        var styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendFont(label);
        styler.setAxisTitleFont(label);
        styler.setAxisTickLabelsFont(label);
        return chart;
    }

    private static byte[] svg(XYChart chart) throws IOException {
        try {
            return ChartEncoder.getBytes(chart, "svg");
        } catch (LinkageError | IllegalStateException noFonts) {
            throw new IOException(
                    "a picture needs a font, and Java finds none; install fontconfig and one, such as fonts-dejavu-core",
                    noFonts);
        }
    }
}
