package org.randygpt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.cli.EvaluationReport.Copies;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.cli.EvaluationReport.OfTask;
import org.randygpt.cli.EvaluationReport.OfText;
import org.randygpt.cli.EvaluationReport.OfWriting;
import org.randygpt.train.evaluation.Calibration;
import org.randygpt.train.evaluation.PairedBootstrap;
import org.randygpt.train.evaluation.Tables;
import org.randygpt.train.evaluation.TaskResult;
import org.randygpt.train.evaluation.TextLoss;

/** What {@code eval} has found out, for programs. Losses are in nats per token where nothing else is said. */
final class EvaluationJson {
    private EvaluationJson() {}

    /** The object of a report. */
    static SequencedMap<String, Object> of(EvaluationReport report) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        OfText text = report.text();
        if (text != null) {
            SequencedMap<String, Object> about = new LinkedHashMap<>();
            about.put("name", text.name());
            about.put("part", text.isHeldOut() ? "held out" : "whole");
            about.put("train_data", text.training());
            about.put("gzip_bytes", text.compressed().gzip());
            about.put("xz_bytes", text.compressed().xz());
            json.put("text", about);
        }
        json.put("models", report.models().stream().map(EvaluationJson::model).toList());
        PairedBootstrap comparison = report.comparison();
        if (comparison != null) {
            SequencedMap<String, Object> compared = new LinkedHashMap<>();
            compared.put("bits_per_byte_difference", comparison.difference());
            compared.put("low", comparison.low());
            compared.put("high", comparison.high());
            compared.put("confidence", 0.95);
            compared.put("resamples", PairedBootstrap.RESAMPLES);
            compared.put("segments", comparison.segments());
            compared.put("may_be_chance", comparison.mayBeChance());
            json.put("comparison", compared);
        }
        return json;
    }

    private static SequencedMap<String, Object> model(OfModel model) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("name", model.name());
        json.put("architecture", Choices.name(model.config().architecture()));
        json.put("parameters", model.parameters());
        json.put("context", model.config().context());
        TextLoss loss = model.loss();
        Tables tables = model.tables();
        if (loss != null && tables != null) {
            json.put("stride", model.stride());
            loss(loss, json);
            json.put("tables", tables(tables));
        }
        json.put("tasks", model.tasks().stream().map(EvaluationJson::task).toList());
        OfWriting writing = model.writing();
        if (writing != null) {
            json.put("writing", writing(writing));
        }
        return json;
    }

    private static void loss(TextLoss loss, SequencedMap<String, Object> json) {
        json.put("tokens", loss.size().tokens());
        json.put("bytes", loss.size().bytes());
        json.put("characters", loss.size().characters());
        json.put("documents", loss.size().documents());
        json.put("loss", loss.loss());
        json.put("perplexity", loss.perplexity());
        json.put("bits_per_byte", loss.bitsPerByte());
        json.put("bits_per_character", loss.bitsPerCharacter());
        json.put("top1_accuracy", loss.top1());
        json.put("top5_accuracy", loss.top5());
        json.put("expected_calibration_error", loss.calibration().error());
        List<Object> bins = new ArrayList<>();
        for (Calibration.Bin bin : loss.calibration().bins()) {
            SequencedMap<String, Object> each = new LinkedHashMap<>();
            each.put("count", bin.count());
            each.put("confidence", bin.confidence());
            each.put("accuracy", bin.accuracy());
            bins.add(each);
        }
        json.put("calibration_bins", bins);
        json.put(
                "loss_by_position",
                Arrays.stream(loss.byPosition())
                        .mapToObj(each -> Double.isNaN(each) ? null : (Object) each)
                        .toList());
    }

    private static SequencedMap<String, Object> tables(Tables tables) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("uniform", tables.uniform());
        json.put("unigram", tables.unigram());
        json.put("bigram", tables.bigram());
        json.put("5-gram", tables.fiveGram());
        json.put("counted", tables.counted());
        return json;
    }

    private static SequencedMap<String, Object> task(OfTask task) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        TaskResult result = task.result();
        json.put("file", task.file());
        json.put("questions", result.count());
        switch (result) {
            case TaskResult.Choices choices -> {
                json.put("form", "multiple choice");
                share("acc", result, choices.accuracy(), json);
                share("acc_norm", result, choices.normalizedAccuracy(), json);
                json.put("chance", choices.chance());
            }
            case TaskResult.LastWords words -> {
                json.put("form", "last word");
                share("acc", result, words.accuracy(), json);
                json.put("perplexity", words.perplexity());
            }
        }
        return json;
    }

    private static void share(String name, TaskResult result, double share, SequencedMap<String, Object> json) {
        json.put(name, share);
        double error = result.standardError(share);
        json.put(name + "_stderr", Double.isNaN(error) ? null : error);
    }

    private static SequencedMap<String, Object> writing(OfWriting writing) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("tokens", writing.writing().tokens());
        for (int n = 1; n <= 3; n++) {
            json.put("distinct_" + n, writing.writing().distinct(n));
        }
        json.put("repetition", writing.writing().repetition());
        Copies copies = writing.copies();
        if (copies != null) {
            json.put("longest_copy", copies.longest());
            json.put("longest_copy_at_byte", copies.place());
            json.put("copied", copies.covered());
        }
        return json;
    }
}
