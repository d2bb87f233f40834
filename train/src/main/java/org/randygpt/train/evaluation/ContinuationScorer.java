package org.randygpt.train.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.Kernels;
import org.randygpt.train.Trainer.Hardware;

/**
 * How likely a model holds texts to go on in given ways. Context and continuation are encoded together, as in a text;
 * what is too long for the model's context loses its beginning.
 */
final class ContinuationScorer {
    private static final int SHORTEST = 16;

    private final SavedModel model;
    private final Hardware hardware;

    ContinuationScorer(SavedModel model, Hardware hardware) {
        this.model = model;
        this.hardware = hardware;
    }

    /**
     * A text and how it goes on.
     *
     * @param place for messages
     * @param context may be empty: the beginning of a text
     * @param continuation not empty
     */
    record Continuation(String place, String context, String continuation) {}

    /**
     * How likely a continuation is.
     *
     * @param logLikelihood in nats, of all of its tokens
     * @param isLikeliest whether each of its tokens is the likeliest after those before it
     */
    record Score(double logLikelihood, boolean isLikeliest) {}

    /** Tokens of which those from {@code from} on, at least 1, are asked for. */
    private record Row(int index, int[] tokens, int from) {
        int time() {
            return tokens.length - 1;
        }
    }

    /**
     * Scores continuations.
     *
     * @param progress told how many are done
     * @throws IllegalArgumentException naming the place of a character that the model does not know
     */
    List<Score> score(List<Continuation> continuations, ReadingProgress progress) {
        SortedMap<Integer, List<Row>> byTime = new TreeMap<>();
        for (int i = 0; i < continuations.size(); i++) {
            Row row = row(i, continuations.get(i));
            byTime.computeIfAbsent(time(row.time()), _ -> new ArrayList<>()).add(row);
        }
        Score[] scores = new Score[continuations.size()];
        long done = 0;
        for (var group : byTime.entrySet()) {
            int batch = Math.min(group.getValue().size(), batch(group.getKey()));
            Predictions predictions = new Predictions(model, hardware, batch, group.getKey());
            for (int first = 0; first < group.getValue().size(); first += batch) {
                List<Row> rows = group.getValue()
                        .subList(first, Math.min(first + batch, group.getValue().size()));
                score(rows, batch, group.getKey(), predictions, scores);
                done += rows.size();
                progress.read(done, continuations.size());
            }
        }
        return List.of(scores);
    }

    /** So that short texts do not take the time of long ones, graphs have lengths of powers of two. */
    private int time(int tokens) {
        int power = SHORTEST;
        while (power < tokens) {
            power *= 2;
        }
        return Math.min(power, model.config().context());
    }

    private int batch(int time) {
        GptConfig config = model.config();
        return (int) Math.min(Integer.MAX_VALUE, (long) TextScorer.batch(config) * config.context() / time);
    }

    private Row row(int index, Continuation continuation) {
        Tokenizer tokenizer = model.tokenizer();
        int[] whole;
        int context;
        try {
            whole = tokenizer.encode(continuation.context + continuation.continuation);
            context = tokenizer.encode(continuation.context).length;
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("%s: %s".formatted(continuation.place, unknown.getMessage()), unknown);
        }
        // A token may reach over the border; then it is the continuation's.
        context = Math.min(context, whole.length - 1);
        if (context == 0) {
            int[] begun = new int[whole.length + 1];
            begun[0] = tokenizer.bos();
            System.arraycopy(whole, 0, begun, 1, whole.length);
            whole = begun;
            context = 1;
        }
        int cut = Math.max(0, whole.length - 1 - model.config().context());
        return new Row(index, Arrays.copyOfRange(whole, cut, whole.length), Math.max(1, context - cut));
    }

    private static void score(List<Row> rows, int batch, int time, Predictions predictions, Score[] scores) {
        int[] tokens = new int[batch * time];
        int[] targets = new int[tokens.length];
        Arrays.fill(targets, Kernels.NOT_PREDICTED);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            System.arraycopy(row.tokens, 0, tokens, i * time, row.time());
            int before = row.from - 1;
            System.arraycopy(row.tokens, row.from, targets, i * time + before, row.time() - before);
        }
        predictions.run(tokens, targets);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double sum = 0;
            boolean likeliest = true;
            for (int at = i * time + row.from - 1; at < i * time + row.time(); at++) {
                sum -= predictions.loss(at);
                likeliest &= predictions.rank(at) == 0;
            }
            scores[row.index] = new Score(sum, likeliest);
        }
    }
}
