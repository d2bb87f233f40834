package org.randygpt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.randygpt.cli.charts.LineChart;
import org.randygpt.cli.charts.LineChart.Range;
import org.randygpt.cli.charts.Picture;
import org.randygpt.cli.charts.Series;
import org.randygpt.cli.charts.Series.Look;
import org.randygpt.train.evaluation.Calibration;
import org.randygpt.train.evaluation.TextLoss;

/** The pictures of an evaluation, as elements {@code svg}. */
final class EvaluationPictures {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 450;
    /** Behind those of two models. */
    private static final int COLOUR_OF_PERFECT = 2;

    private EvaluationPictures() {}

    /** The loss at each position of the window. */
    static String lossByPosition(EvaluationReport report) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < report.models().size(); i++) {
            TextLoss loss = report.models().get(i).loss();
            if (loss != null) {
                double[] byPosition = loss.byPosition();
                int[] known = IntStream.range(0, byPosition.length)
                        .filter(position -> !Double.isNaN(byPosition[position]))
                        .toArray();
                series.add(new Series(
                        report.models().get(i).name(),
                        Arrays.stream(known)
                                .mapToDouble(position -> position + 1)
                                .toArray(),
                        Arrays.stream(known)
                                .mapToDouble(position -> byPosition[position])
                                .toArray(),
                        Look.BOLD,
                        i));
            }
        }
        Range range = Range.around(series.stream().flatMapToDouble(one -> DoubleStream.of(one.y())));
        return svg(new LineChart("", "tokens before", "nats per token", series, List.of(), range));
    }

    /** How often the likeliest token comes, by its probability; a line where both are the same. */
    static String calibration(EvaluationReport report) {
        List<Series> series = new ArrayList<>();
        double[] ends = {0, 1};
        series.add(new Series("perfect", ends, ends, Look.PALE, COLOUR_OF_PERFECT));
        for (int i = 0; i < report.models().size(); i++) {
            TextLoss loss = report.models().get(i).loss();
            if (loss != null) {
                List<Calibration.Bin> bins = loss.calibration().bins().stream()
                        .filter(bin -> bin.count() > 0)
                        .toList();
                series.add(new Series(
                        report.models().get(i).name(),
                        bins.stream().mapToDouble(Calibration.Bin::confidence).toArray(),
                        bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray(),
                        Look.POINTS,
                        i));
            }
        }
        return svg(new LineChart(
                "", "probability of the likeliest token", "how often it comes", series, List.of(), new Range(0, 1)));
    }

    private static String svg(LineChart chart) {
        return Picture.of(chart, WIDTH, HEIGHT).svg();
    }
}
