package org.randygpt.cli;

import java.util.stream.Collectors;
import org.randygpt.train.Metric;
import org.randygpt.train.records.RunCurves;

/** A page of HTML with the charts and last figures of runs, which needs nothing else. */
final class CurvesPage {
    private static final String STYLE = """
            body { font: 15px/1.5 Arial, Helvetica, 'DejaVu Sans', sans-serif; color: #262626; background: #fff;
                   max-width: 1240px; margin: 24px auto; padding: 0 16px; }
            svg { width: 100%; height: auto; }
            table { border-collapse: collapse; margin: 16px 0; }
            th, td { padding: 4px 14px; text-align: right; border-bottom: 1px solid #e6e6e6; }
            th:first-child, td:first-child { text-align: left; }
            """;

    private CurvesPage() {}

    static String of(RunCharts charts) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>randyGPT: curves</title>
                <style>
                %s</style>
                </head>
                <body>
                <h1>Curves</h1>
                %s
                <table>
                <tr><th>run<th>steps<th>parameters<th>training loss, smoothed<th>validation loss<th>best<th>bits per byte
                %s
                </table>
                </body>
                </html>
                """.formatted(
                        STYLE,
                        charts.picture().svg(),
                        charts.runs().stream().map(CurvesPage::row).collect(Collectors.joining("\n")));
    }

    private static String row(RunCharts.Run run) {
        RunCurves curves = run.curves();
        double[] smoothed = Pace.smoothedLosses(curves.steps());
        double last = curves.validations().isEmpty()
                ? Double.NaN
                : curves.validations().getLast().loss();
        double best = curves.validations().stream()
                .mapToDouble(Metric.Evaluation::loss)
                .min()
                .orElse(Double.NaN);
        return "<tr><td>%s<td>%,d of %,d<td>%,d<td>%s<td>%s<td>%s<td>%s"
                .formatted(
                        escaped(run.name()),
                        curves.steps().size(),
                        curves.plannedSteps(),
                        curves.header().parameters(),
                        // As train shows it, and not the end of the curve, which is a mean of what is around each step.
                        number(smoothed.length == 0 ? Double.NaN : smoothed[smoothed.length - 1]),
                        number(last),
                        number(best),
                        number(curves.header().bitsPerByte(best)));
    }

    private static String number(double number) {
        return Double.isNaN(number) ? "" : "%.4f".formatted(number);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
