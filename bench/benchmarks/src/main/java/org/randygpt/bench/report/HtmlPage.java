package org.randygpt.bench.report;

import java.util.List;

/** A report as one file for a browser, with its pictures in it. */
final class HtmlPage {
    private static final String STYLE = """
            body { font: 15px/1.45 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; color: #222 }
            h2 { margin-top: 2.2em; border-bottom: 1px solid #ddd }
            table { border-collapse: collapse; margin: 1em 0 }
            td, th { padding: .2em .8em .2em 0; text-align: left; vertical-align: top; border-bottom: 1px solid #eee }
            td.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
            svg { max-width: 100%; height: auto }
            summary, .method { color: #666 }
            """;

    private final StringBuilder text = new StringBuilder();

    private HtmlPage() {}

    /** The page. */
    static String of(Report report) {
        HtmlPage page = new HtmlPage();
        page.write(report);
        return page.text.toString();
    }

    private void write(Report report) {
        text.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n")
                .append("<title>How fast randyGPT is here</title>\n<style>\n%s</style>\n".formatted(STYLE))
                .append("<h1>How fast randyGPT is here</h1>\n<p><code>%s</code></p>\n<table>\n"
                        .formatted(escaped(report.command())));
        report.machine()
                .forEach((name, fact) ->
                        text.append("<tr><th>%s<td>%s\n".formatted(escaped(name), escaped(String.valueOf(fact)))));
        text.append("</table>\n");
        report.sections().forEach(this::write);
    }

    private void write(Section section) {
        text.append("<h2>%s</h2>\n<p class=\"method\">%s</p>\n"
                .formatted(escaped(section.title()), escaped(section.method())));
        section.charts()
                .forEach(chart -> text.append(
                        "<figure>%s</figure>\n".formatted(ChartSvg.of(chart).strip())));
        section.tables().forEach(this::write);
        write(section.summary());
        if (!section.notes().isEmpty()) {
            text.append("<ul>\n");
            section.notes().forEach(note -> text.append("<li>%s\n".formatted(escaped(note))));
            text.append("</ul>\n");
        }
        if (!section.details().isEmpty()) {
            text.append("<details><summary>More figures</summary>\n");
            write(section.details());
            text.append("</details>\n");
        }
    }

    private void write(Table table) {
        text.append("<table>\n<tr><th>");
        table.columns().forEach(column -> text.append("<th>").append(escaped(column)));
        for (List<String> line : table.lines()) {
            text.append("\n<tr><td>").append(escaped(line.getFirst()));
            line.stream()
                    .skip(1)
                    .forEach(entry -> text.append("<td class=\"figure\">").append(escaped(entry)));
        }
        text.append("\n</table>\n");
    }

    private void write(List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append("<table>\n<tr><th>what<th>figure<th>ratio<th>asked\n");
        for (Row row : rows) {
            text.append("<tr><td>%s<td class=\"figure\">%s<td>%s<td>%s\n"
                    .formatted(escaped(row.name()), escaped(row.figure()), escaped(row.ratio()), escaped(row.bar())));
        }
        text.append("</table>\n");
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
