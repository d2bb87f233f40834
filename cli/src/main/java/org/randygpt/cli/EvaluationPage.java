package org.randygpt.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.cli.EvaluationTable.Row;
import org.randygpt.cli.EvaluationTable.Section;

/** What {@code eval} has found out, as a page that needs nothing else. */
final class EvaluationPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>TITLE</title>
            <style>
            body { font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
            table { border-collapse: collapse; margin: 0.5em 0; }
            th, td { padding: 0.2em 1em 0.2em 0; text-align: left; font-weight: normal; }
            th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
            th.number { color: #555; border-bottom: 1px solid #ccc; }
            td.unit { color: #555; }
            h2 { font-size: 1.1em; margin-top: 2em; }
            img { max-width: 100%; }
            p { margin: 0.3em 0; overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            <h1>TITLE</h1>
            """;

    private EvaluationPage() {}

    /** The page of a report. */
    static String of(EvaluationReport report) {
        String title = escaped("Evaluation of "
                + String.join(
                        " and ", report.models().stream().map(OfModel::name).toList()));
        StringBuilder page = new StringBuilder(HEAD.replace("TITLE", title));
        EvaluationTable.of(report).sections().forEach(section -> append(section, page));
        if (report.text() != null) {
            append(
                    "Loss by the number of tokens before in the window",
                    EvaluationPictures.lossByPosition(report),
                    page);
            append("How often it is right, by how sure it is", EvaluationPictures.calibration(report), page);
        }
        return page.append("</body>\n</html>\n").toString();
    }

    private static void append(Section section, StringBuilder page) {
        if (!section.title().isEmpty()) {
            page.append("<h2>").append(escaped(section.title())).append("</h2>\n");
        }
        if (!section.rows().isEmpty()) {
            page.append("<table>\n<tr><th></th>");
            cells("th", section.heads(), page);
            page.append("<th></th></tr>\n");
            for (Row row : section.rows()) {
                page.append("<tr><td>").append(escaped(row.label())).append("</td>");
                cells("td", row.cells(), page);
                page.append("<td class=\"unit\">").append(escaped(row.unit())).append("</td></tr>\n");
            }
            page.append("</table>\n");
        }
        section.remarks()
                .forEach(remark -> page.append("<p>").append(escaped(remark)).append("</p>\n"));
    }

    private static void cells(String tag, List<String> cells, StringBuilder page) {
        for (String cell : cells) {
            page.append("<%s class=\"number\">%s</%s>".formatted(tag, escaped(cell), tag));
        }
    }

    /** As an image of its own, so that names within two pictures do not meet. */
    private static void append(String title, String svg, StringBuilder page) {
        page.append("<h2>").append(title).append("</h2>\n<img alt=\"").append(title);
        page.append("\" src=\"data:image/svg+xml;base64,")
                .append(Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)))
                .append("\">\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
