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
 * How likely a model holds texts to go on in given ways. Context and continuation are encoded together, as a document
 * that begins with the token which begins one. What is too long for the model's context loses its beginning; of a
 * continuation that is itself longer, each token is predicted from as many before it as the context holds.
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

    /**
     * A window of tokens, of which some are asked for.
     *
     * @param index of the continuation
     * @param tokens of the whole text
     * @param start of the window in them
     * @param from the first that is asked for, after {@code start}
     * @param end behind the last
     */
    private record Row(int index, int[] tokens, int start, int from, int end) {
        int time() {
            return end - 1 - start;
        }
    }

    /**
     * Scores continuations.
     *
     * @param progress told how many windows are done
     * @throws IllegalArgumentException naming the place of a character that the model does not know
     */
    List<Score> score(List<Continuation> continuations, ReadingProgress progress) {
        SortedMap<Integer, List<Row>> byTime = new TreeMap<>();
        for (int i = 0; i < continuations.size(); i++) {
            for (Row row : rows(i, continuations.get(i))) {
                byTime.computeIfAbsent(time(row.time()), _ -> new ArrayList<>()).add(row);
            }
        }
        Score[] scores = new Score[continuations.size()];
        Arrays.fill(scores, new Score(0, true));
        long all = byTime.values().stream().mapToLong(List::size).sum();
        long done = 0;
        for (var group : byTime.entrySet()) {
            int batch = Math.min(group.getValue().size(), batch(group.getKey()));
            Predictions predictions = new Predictions(model, hardware, batch, group.getKey());
            for (int first = 0; first < group.getValue().size(); first += batch) {
                List<Row> rows = group.getValue()
                        .subList(first, Math.min(first + batch, group.getValue().size()));
                score(rows, batch, group.getKey(), predictions, scores);
                done += rows.size();
                progress.read(done, all);
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

    private List<Row> rows(int index, Continuation continuation) {
        Tokenizer tokenizer = model.tokenizer();
        int[] text;
        int context;
        try {
            text = tokenizer.encode(continuation.context + continuation.continuation);
            context = tokenizer.encode(continuation.context).length;
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("%s: %s".formatted(continuation.place, unknown.getMessage()), unknown);
        }
        // A token may reach over the border; then it is the continuation's.
        int first = 1 + Math.min(context, text.length - 1);
        int[] tokens = new int[text.length + 1];
        tokens[0] = tokenizer.bos();
        System.arraycopy(text, 0, tokens, 1, text.length);
        int time = model.config().context();
        if (tokens.length - first <= time) {
            int start = Math.max(0, tokens.length - 1 - time);
            return List.of(new Row(index, tokens, start, first, tokens.length));
        }
        List<Row> rows = new ArrayList<>();
        // The window from the beginning on gives each token in it all that is before it; behind it, each has its own.
        int at = Math.max(first, time + 1);
        if (first < at) {
            rows.add(new Row(index, tokens, 0, first, at));
        }
        for (; at < tokens.length; at++) {
            rows.add(new Row(index, tokens, at - time, at, at + 1));
        }
        return rows;
    }

    private static void score(List<Row> rows, int batch, int time, Predictions predictions, Score[] scores) {
        int[] tokens = new int[batch * time];
        int[] targets = new int[tokens.length];
        Arrays.fill(targets, Kernels.NOT_PREDICTED);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            System.arraycopy(row.tokens, row.start, tokens, i * time, row.time());
            System.arraycopy(row.tokens, row.from, targets, i * time + before(row), row.end - row.from);
        }
        predictions.run(tokens, targets);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double sum = scores[row.index].logLikelihood;
            boolean likeliest = scores[row.index].isLikeliest;
            for (int at = i * time + before(row); at < i * time + row.time(); at++) {
                sum -= predictions.loss(at);
                likeliest &= predictions.rank(at) == 0;
            }
            scores[row.index] = new Score(sum, likeliest);
        }
    }

    /** How many tokens of a window are before the one from which the first that is asked for is predicted. */
    private static int before(Row row) {
        return row.from - 1 - row.start;
    }
}
