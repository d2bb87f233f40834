package org.randygpt.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of one subject.
 *
 * @param title of the subject
 * @param method how it was measured and what was counted
 * @param summary the figures that are printed at the end of a run
 * @param details further figures, for the files
 * @param tables figures beside each other, printed before the others
 * @param charts pictures of some of them
 * @param notes what could not be measured, and what would be needed for it
 */
record Section(
        String title,
        String method,
        List<Row> summary,
        List<Row> details,
        List<Table> tables,
        List<Chart> charts,
        List<String> notes) {

    /** A subject with few figures. */
    static Section of(String title, String method, List<Row> summary) {
        return new Section(title, method, List.copyOf(summary), List.of(), List.of(), List.of(), List.of());
    }

    /** The same section with further figures for the files. */
    Section withDetails(List<Row> more) {
        return new Section(title, method, summary, List.copyOf(more), tables, charts, notes);
    }

    /** The same section with tables. */
    Section withTables(Table... beside) {
        return new Section(title, method, summary, details, List.of(beside), charts, notes);
    }

    /** The same section with pictures. */
    Section withCharts(Chart... pictures) {
        return new Section(title, method, summary, details, tables, List.of(pictures), notes);
    }

    /** The same section with notes. */
    Section withNotes(List<String> remarks) {
        return new Section(title, method, summary, details, tables, charts, List.copyOf(remarks));
    }

    /** The section as an object of JSON. */
    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("title", title);
        object.put("method", method);
        object.put("summary", summary.stream().map(Row::json).toList());
        object.put("details", details.stream().map(Row::json).toList());
        object.put("tables", tables.stream().map(Table::json).toList());
        object.put("charts", charts.stream().map(Chart::json).toList());
        object.put("notes", notes);
        return object;
    }
}
