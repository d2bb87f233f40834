package org.randygpt.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.EvaluationReport.Copies;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.cli.EvaluationReport.OfTask;
import org.randygpt.cli.EvaluationReport.OfWriting;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.generate.NucleusSampler;
import org.randygpt.core.generate.Sampler;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.evaluation.CompressedSize;
import org.randygpt.train.evaluation.CopiedSpans;
import org.randygpt.train.evaluation.Tables;
import org.randygpt.train.evaluation.TaskItem;
import org.randygpt.train.evaluation.Tasks;
import org.randygpt.train.evaluation.TextLoss;
import org.randygpt.train.evaluation.TextScorer;
import org.randygpt.train.evaluation.TextUnits;
import org.randygpt.train.evaluation.Writing;

/** Measures one model after the other. */
final class ModelEvaluation {
    private static final int TOKENS_AT_ONCE = 1 << 13;

    private final Plan plan;
    private final Hardware hardware;
    private final TokenCache cache;
    private final ReadingBar bar;
    private final int threads;
    private @Nullable CompressedSize compressed;

    ModelEvaluation(Plan plan, Hardware hardware, TokenCache cache, ReadingBar bar) {
        this.plan = plan;
        this.hardware = hardware;
        this.cache = cache;
        this.bar = bar;
        threads = hardware.workers().count();
    }

    /**
     * What to measure.
     *
     * @param training null for none
     * @param stride null for half of a context
     * @param generated tokens to write
     */
    record Plan(
            @Nullable TrainingText training,
            @Nullable Integer stride,
            List<TaskOfFile> tasks,
            int generated,
            double temperature,
            long seed) {}

    /** The questions of a file. */
    record TaskOfFile(String file, List<TaskItem> items) {}

    /** What compressors have made of the text, which was read for the first model. */
    CompressedSize compressed() {
        if (compressed == null) {
            throw new IllegalStateException("no text has been measured on");
        }
        return compressed;
    }

    /**
     * Measures a model.
     *
     * @param measured null for no text
     */
    OfModel measure(String name, SavedModel model, @Nullable MeasuredText measured) {
        try {
            int stride = plan.stride == null ? Math.max(1, model.config().context() / 2) : plan.stride;
            @Nullable
            TokenStore training = plan.training == null
                    ? null
                    : plan.training.onlyTokens("--train-data", model.tokenizer(), cache, threads);
            @Nullable TextLoss loss = null;
            @Nullable Tables tables = null;
            if (measured != null) {
                TokenStore text = measured.tokens(model, cache, threads);
                TextUnits units = new TextUnits(model.tokenizer());
                TextUnits.Size size = units.size(text);
                requireText(size);
                tables = Tables.of(text, units, model.config().vocabSize(), training, bar.counting("Tables", "tokens"));
                if (compressed == null) {
                    compressed = CompressedSize.of(
                            text, model.tokenizer(), size.bytes(), bar.counting("Compressing", "tokens"));
                }
                loss = new TextScorer(model, hardware, stride).score(text, size, bar.counting("Measuring", "tokens"));
            }
            List<OfTask> tasks = new ArrayList<>();
            for (TaskOfFile task : plan.tasks) {
                tasks.add(new OfTask(
                        task.file, new Tasks(model, hardware).answer(task.items, bar.counting(task.file, "texts"))));
            }
            OfWriting writing = plan.generated == 0 ? null : writing(model, training);
            long parameters = model.parameters().declared().values().stream()
                    .mapToLong(parameter -> parameter.size())
                    .sum();
            return new OfModel(name, model.config(), parameters, stride, loss, tables, tasks, writing);
        } finally {
            bar.erase();
        }
    }

    /** SHA-256 of the bytes of a text, which are the same whatever the tokens are. */
    String sha256(SavedModel model, MeasuredText measured) {
        TokenStore text = measured.tokens(model, cache, threads);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int[] tokens = new int[TOKENS_AT_ONCE];
        for (long at = 1; at < text.size(); at += TOKENS_AT_ONCE) {
            int count = (int) Math.min(TOKENS_AT_ONCE, text.size() - at);
            text.read(at, count, tokens, 0);
            bytes.writeBytes(model.tokenizer().decodeBytes(Arrays.copyOf(tokens, count)));
        }
        return Sha256.of(bytes.toByteArray());
    }

    private static void requireText(TextUnits.Size size) {
        if (size.bytes() == 0) {
            throw new BadInputException("--data has no text in it; there is nothing to measure on");
        }
    }

    private OfWriting writing(SavedModel model, @Nullable TokenStore training) {
        // Made in any case, so that its settings are checked.
        Sampler drawing = new NucleusSampler(
                plan.temperature == 0 ? 1 : plan.temperature, Integer.MAX_VALUE, 1, new Random(plan.seed));
        Sampler sampler = plan.temperature == 0 ? Sampler.greedy() : drawing;
        Writing writing = Writing.of(model, hardware, sampler, plan.generated, bar.counting("Writing", "tokens"));
        return new OfWriting(writing, training == null ? null : copies(writing, training, model.tokenizer()));
    }

    private Copies copies(Writing writing, TokenStore training, Tokenizer tokenizer) {
        CopiedSpans spans = new CopiedSpans(writing.text());
        var progress = bar.counting("Looking for copies", "tokens");
        int[] tokens = new int[TOKENS_AT_ONCE];
        for (long at = 1; at < training.size(); at += TOKENS_AT_ONCE) {
            int count = (int) Math.min(TOKENS_AT_ONCE, training.size() - at);
            training.read(at, count, tokens, 0);
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (tokens[i] == tokenizer.bos() || tokens[i] == tokenizer.eos()) {
                    spans.read(tokenizer.decodeBytes(Arrays.copyOfRange(tokens, from, i)));
                    spans.end();
                    from = i + 1;
                }
            }
            spans.read(tokenizer.decodeBytes(Arrays.copyOfRange(tokens, from, count)));
            progress.read(at + count - 1, training.size() - 1);
        }
        CopiedSpans.Span span = spans.longest();
        return new Copies(
                new String(writing.text(), span.from(), span.length(), StandardCharsets.UTF_8),
                span.readFrom(),
                spans.covered(Copies.LEAST));
    }
}
