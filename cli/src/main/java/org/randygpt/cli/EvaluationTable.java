package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.randygpt.cli.EvaluationReport.Copies;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.cli.EvaluationReport.OfText;
import org.randygpt.cli.EvaluationReport.OfWriting;
import org.randygpt.train.evaluation.PairedBootstrap;
import org.randygpt.train.evaluation.Tables;
import org.randygpt.train.evaluation.TaskResult;
import org.randygpt.train.evaluation.TextLoss;
import org.randygpt.train.evaluation.Writing;

/**
 * What {@code eval} has found out, as people read it.
 *
 * @param sections one after the other
 */
record EvaluationTable(List<Section> sections) {
    private static final int MOST_SHOWN = 200;
    private static final double LN2 = Math.log(2);

    /**
     * Some rows under a title, with a column for each model.
     *
     * @param heads of the columns
     * @param remarks sentences below
     */
    record Section(String title, List<String> heads, List<Row> rows, List<String> remarks) {}

    /** One number of each model. */
    record Row(String label, List<String> cells, String unit) {}

    /** The table of a report. */
    static EvaluationTable of(EvaluationReport report) {
        List<Section> sections = new ArrayList<>();
        List<String> heads = report.models().stream().map(OfModel::name).toList();
        sections.add(new Section("", List.of(), List.of(), about(report)));
        OfText text = report.text();
        List<TextLoss> losses = losses(report);
        if (text != null && !losses.isEmpty()) {
            sections.add(new Section("On the text", heads, lossRows(losses), List.of()));
            sections.add(
                    new Section("Beside it, in bits per byte", heads, besides(report, text), tables(report, text)));
            sections.add(new Section(
                    "Loss by the number of tokens before in the window, over all windows, in nats",
                    heads,
                    positions(losses),
                    contextHelps(report)));
        }
        for (int i = 0; i < report.models().getFirst().tasks().size(); i++) {
            sections.add(task(report, heads, i));
        }
        if (report.models().getFirst().writing() != null) {
            sections.add(writing(report, heads));
        }
        PairedBootstrap comparison = report.comparison();
        if (comparison != null) {
            sections.add(new Section("Compared", List.of(), List.of(), List.of(sentence(heads, comparison, losses))));
        }
        return new EvaluationTable(sections);
    }

    static List<TextLoss> losses(EvaluationReport report) {
        return report.models().stream()
                .flatMap(model -> Stream.ofNullable(model.loss()))
                .toList();
    }

    private static List<String> about(EvaluationReport report) {
        List<String> lines = new ArrayList<>();
        for (OfModel model : report.models()) {
            lines.add("%-13s%s: %s, %s, width %d, context %d, %,d parameters"
                    .formatted(
                            "Model",
                            model.name(),
                            Choices.name(model.config().architecture()),
                            Formats.count(model.config().layers(), "layer"),
                            model.config().width(),
                            model.config().context(),
                            model.parameters()));
        }
        OfText text = report.text();
        if (text != null) {
            TextLoss loss = losses(report).getFirst();
            lines.add("%-13s%s: %s, %s, %s, %s"
                    .formatted(
                            "Text",
                            text.shownName(),
                            Formats.count(loss.size().tokens(), "token"),
                            Formats.count(loss.size().bytes(), "byte"),
                            Formats.count(loss.size().characters(), "character"),
                            Formats.count(loss.size().documents(), "document")));
            windows(report).forEach(window -> lines.add("%-13s%s".formatted("Window", window)));
        }
        return lines;
    }

    /** What is the same of both models is said once. */
    private static List<String> windows(EvaluationReport report) {
        List<String> windows = new ArrayList<>();
        report.models()
                .forEach(model -> Stream.ofNullable(model.loss())
                        .map(loss -> window(model, loss))
                        .forEach(windows::add));
        if (windows.stream().distinct().count() < windows.size()) {
            return List.of(windows.getFirst());
        }
        return windows.size() == 1
                ? windows
                : IntStream.range(0, windows.size())
                        .mapToObj(i -> report.models().get(i).name() + ": " + windows.get(i))
                        .toList();
    }

    private static String window(OfModel model, TextLoss loss) {
        int context = model.config().context();
        if (loss.size().tokens() <= context) {
            return "one of %s holds the text: each token is scored once, with all that is before it"
                    .formatted(Formats.count(context, "token"));
        }
        int before = context - model.stride() + 1;
        return "slides by %d of %s: each is scored once, with at least %d before it%s"
                .formatted(
                        model.stride(),
                        Formats.count(context, "token"),
                        before,
                        before == 1 ? "" : ", but for the first %d of the text".formatted(before - 1));
    }

    private static List<Row> lossRows(List<TextLoss> losses) {
        return List.of(
                row("loss", losses, loss -> "%.4f".formatted(loss.loss()), "nats per token"),
                row("perplexity", losses, loss -> "%.4g".formatted(loss.perplexity()), "per token"),
                row("bits", losses, loss -> "%.4f".formatted(loss.bitsPerByte()), "per byte of UTF-8"),
                row("", losses, loss -> "%.4f".formatted(loss.bitsPerCharacter()), "per character"),
                row("accuracy", losses, loss -> percent(loss.top1()), "the likeliest token comes"),
                row("", losses, loss -> percent(loss.top5()), "one of the five likeliest comes"),
                row(
                        "calibration",
                        losses,
                        loss -> percent(loss.calibration().error()),
                        "expected error of what it says of the likeliest"));
    }

    private static List<Row> besides(EvaluationReport report, OfText text) {
        List<Row> rows = new ArrayList<>();
        rows.add(tableRow("uniform", report, Tables::uniform));
        rows.add(tableRow("unigram", report, Tables::unigram));
        rows.add(tableRow("bigram", report, Tables::bigram));
        rows.add(tableRow("5-gram", report, Tables::fiveGram));
        List<TextLoss> losses = losses(report);
        rows.add(row("gzip -9", losses, loss -> perByte(text.compressed().gzip(), loss), ""));
        rows.add(row("xz -9", losses, loss -> perByte(text.compressed().xz(), loss), ""));
        return rows;
    }

    private static Row tableRow(String label, EvaluationReport report, Function<Tables, Double> nats) {
        List<String> cells = new ArrayList<>();
        for (OfModel model : report.models()) {
            Tables tables = model.tables();
            TextLoss loss = model.loss();
            cells.add(tables == null || loss == null ? "" : "%.4f".formatted(bitsPerByte(nats.apply(tables), loss)));
        }
        return new Row(label, cells, "");
    }

    /** What a loss in nats per token of a text is in bits per byte. */
    static double bitsPerByte(double nats, TextLoss loss) {
        return nats / LN2 * loss.size().tokens() / loss.size().bytes();
    }

    private static String perByte(long bytes, TextLoss loss) {
        return "%.4f".formatted((double) Byte.SIZE * bytes / loss.size().bytes());
    }

    private static List<String> tables(EvaluationReport report, OfText text) {
        Tables tables = report.models().getFirst().tables();
        if (tables == null) {
            return List.of();
        }
        if (text.training() == null) {
            return List.of(
                    "The tables are of the models' tokens, and learn from the text as they read it; --train-data names another to count.");
        }
        String counted = "The tables are of the models' tokens, and have counted %,d of %s."
                .formatted(tables.counted(), text.training());
        if (!text.training().equals(text.name())) {
            return List.of(counted);
        }
        return List.of(
                counted,
                text.isHeldOut()
                        ? "The held-out part is in it, so that the tables know it already."
                        : "That is the text itself: tables, and a model trained on it, know it already.");
    }

    /** Positions in groups, each as large as all before it. */
    private static List<Row> positions(List<TextLoss> losses) {
        int longest =
                losses.stream().mapToInt(loss -> loss.byPosition().length).max().orElse(0);
        List<Row> rows = new ArrayList<>();
        for (int before = 0; before < longest; before = Math.max(1, 2 * before)) {
            int first = before + 1;
            int last = Math.min(Math.max(1, 2 * before), longest);
            String label = first == last ? "%d".formatted(first) : "%d to %d".formatted(first, last);
            rows.add(row(label, losses, loss -> lossAt(loss, first, last), ""));
        }
        return rows;
    }

    private static String lossAt(TextLoss loss, int first, int last) {
        int to = Math.min(last, loss.byPosition().length);
        double mean = first > to ? Double.NaN : loss.lossAt(first - 1, to);
        return Double.isNaN(mean) ? "-" : "%.4f".formatted(mean);
    }

    private static List<String> contextHelps(EvaluationReport report) {
        List<String> sentences = new ArrayList<>();
        for (OfModel model : report.models()) {
            TextLoss loss = model.loss();
            int time = model.config().context();
            if (loss == null || time < 4 || Double.isNaN(loss.byPosition()[time - 1])) {
                continue;
            }
            double gain = loss.lossAt(time / 4, time / 2) - loss.lossAt(time / 2, time);
            sentences.add("%s: %d to %d tokens before it %s, beside %d to %d."
                    .formatted(
                            model.name(),
                            time / 2 + 1,
                            time,
                            gain > 0
                                    ? "lower the loss of a token by %.4f".formatted(gain)
                                    : "do not lower the loss of a token",
                            time / 4 + 1,
                            time / 2));
        }
        return sentences;
    }

    private static Section task(EvaluationReport report, List<String> heads, int index) {
        List<TaskResult> results = report.models().stream()
                .map(model -> model.tasks().get(index).result())
                .toList();
        String title = "%s: %s"
                .formatted(
                        report.models().getFirst().tasks().get(index).file(),
                        Formats.count(results.getFirst().count(), "question"));
        List<Row> rows = new ArrayList<>();
        switch (results.getFirst()) {
            case TaskResult.Choices first -> {
                List<TaskResult.Choices> choices =
                        results.stream().map(TaskResult.Choices.class::cast).toList();
                rows.add(row("acc", choices, each -> share(each, each.accuracy()), "by the likelihood of an ending"));
                rows.add(row(
                        "acc_norm",
                        choices,
                        each -> share(each, each.normalizedAccuracy()),
                        "by the likelihood per byte; guessing: " + percent(first.chance())));
            }
            case TaskResult.LastWords _ -> {
                List<TaskResult.LastWords> words =
                        results.stream().map(TaskResult.LastWords.class::cast).toList();
                rows.add(row("acc", words, each -> share(each, each.accuracy()), "the last word is what it writes"));
                rows.add(row("perplexity", words, each -> "%.4g".formatted(each.perplexity()), "of the last word"));
            }
        }
        return new Section(title, heads, rows, List.of());
    }

    private static String share(TaskResult result, double share) {
        double error = result.standardError(share);
        return Double.isNaN(error) ? percent(share) : "%s ± %.1f".formatted(percent(share), 100 * error);
    }

    private static Section writing(EvaluationReport report, List<String> heads) {
        List<OfWriting> writings = report.models().stream()
                .flatMap(model -> Stream.ofNullable(model.writing()))
                .toList();
        List<Row> rows = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            int words = n;
            String unit = n == 1 ? "of the words are different" : "of the runs of %d words".formatted(n);
            rows.add(row(
                    "distinct-" + n, writings, each -> percent(each.writing().distinct(words)), unit));
        }
        rows.add(row(
                "repetition",
                writings,
                each -> percent(each.writing().repetition()),
                "of the runs of 4 words have been there before"));
        List<String> remarks = new ArrayList<>();
        if (writings.getFirst().copies() != null) {
            rows.add(row(
                    "longest copy",
                    writings,
                    each -> "%d".formatted(copies(each).longest().codePoints().count()),
                    "characters"));
            rows.add(row(
                    "copied",
                    writings,
                    each -> percent(copies(each).covered()),
                    "of it lies in copies of %d bytes or more".formatted(Copies.LEAST)));
            for (int i = 0; i < heads.size(); i++) {
                Copies copies = copies(writings.get(i));
                remarks.add(
                        copies.longest().isEmpty()
                                ? "%s has copied nothing.".formatted(heads.get(i))
                                : "%s has copied from byte %,d of the training text on: \"%s\""
                                        .formatted(heads.get(i), copies.place(), shown(copies.longest())));
            }
        }
        Writing first = writings.getFirst().writing();
        return new Section(
                "What it writes, %s".formatted(Formats.count(first.tokens(), "token")), heads, rows, remarks);
    }

    private static Copies copies(OfWriting writing) {
        Copies copies = writing.copies();
        if (copies == null) {
            throw new IllegalStateException("one model has been compared with its training text, and another has not");
        }
        return copies;
    }

    /** In one line, and not too long. */
    private static String shown(String text) {
        String line = text.replace("\r", "\\r").replace("\n", "\\n");
        return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
    }

    /** What a comparison says. */
    static String sentence(List<String> names, PairedBootstrap comparison, List<TextLoss> losses) {
        String parts =
                losses.getFirst().segments().areDocuments() ? "documents or groups of them" : "stretches of the text";
        if (comparison.mayBeChance()) {
            return "%s and %s differ by %+.4f bits per byte, which may be chance (%s)."
                    .formatted(
                            names.getFirst(),
                            names.getLast(),
                            comparison.difference(),
                            interval("%+.4f", comparison.low(), comparison.high(), comparison, parts));
        }
        boolean second = comparison.difference() < 0;
        // By how much the better one is better.
        double low = second ? -comparison.high() : comparison.low();
        double high = second ? -comparison.low() : comparison.high();
        return "%s is better than %s by %.4f bits per byte (%s)."
                .formatted(
                        second ? names.getLast() : names.getFirst(),
                        second ? names.getFirst() : names.getLast(),
                        Math.abs(comparison.difference()),
                        interval("%.4f", low, high, comparison, parts));
    }

    private static String interval(String number, double low, double high, PairedBootstrap comparison, String parts) {
        return "95 %% interval %s to %s, by %,d resamples of %,d %s"
                .formatted(
                        number.formatted(low),
                        number.formatted(high),
                        PairedBootstrap.RESAMPLES,
                        comparison.segments(),
                        parts);
    }

    private static String percent(double share) {
        return "%.1f %%".formatted(100 * share);
    }

    private static <T> Row row(String label, List<T> models, Function<T, String> cell, String unit) {
        return new Row(label, models.stream().map(cell).toList(), unit);
    }

    /** The lines of the table on a terminal. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Section section : sections) {
            if (!section.title.isEmpty()) {
                lines.add("");
                lines.add(section.title);
            }
            lines.addAll(lines(section));
            lines.addAll(section.remarks);
        }
        return lines;
    }

    private static List<String> lines(Section section) {
        List<String> lines = new ArrayList<>();
        if (section.heads.size() > 1 && !section.rows.isEmpty()) {
            lines.add(line("", section.heads, "", section));
        }
        section.rows.forEach(row -> lines.add(line(row.label, row.cells, row.unit, section)));
        return lines;
    }

    private static String line(String label, List<String> cells, String unit, Section section) {
        int labels =
                section.rows.stream().mapToInt(row -> row.label.length()).max().orElse(0);
        StringBuilder line =
                new StringBuilder("  %%-%ds".formatted(Math.max(12, labels)).formatted(label));
        for (int i = 0; i < cells.size(); i++) {
            int column = i;
            int width = section.rows.stream()
                    .mapToInt(row -> row.cells.get(column).length())
                    .max()
                    .orElse(0);
            int head = section.heads.size() > 1 ? section.heads.get(i).length() : 0;
            line.append("  %%%ds".formatted(Math.max(width, head)).formatted(cells.get(i)));
        }
        return (line + "  " + unit).stripTrailing();
    }
}
