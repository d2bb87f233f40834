package org.randygpt.train.evaluation;

import java.util.Arrays;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Kernels;
import org.randygpt.train.Trainer.Hardware;

/**
 * Measures a model on a whole text by a window that slides over it. A window begins {@code stride} tokens after the one
 * before and counts for the tokens that the one before has not reached, so that every token is scored once, with at
 * least T - stride + 1 tokens before it wherever there are that many.
 */
public final class TextScorer {
    private static final int TOKENS_AT_ONCE = 2048;
    private static final long LOGITS_AT_ONCE = 1 << 24;

    private final SavedModel model;
    private final Hardware hardware;
    private final int time;
    private final int stride;
    private final TextUnits units;

    /**
     * A scorer.
     *
     * @param stride 1 to T; T: windows that do not overlap
     * @throws IllegalArgumentException for another stride
     */
    public TextScorer(SavedModel model, Hardware hardware, int stride) {
        this.model = model;
        this.hardware = hardware;
        this.stride = stride;
        time = model.config().context();
        units = new TextUnits(model.tokenizer());
        if (stride < 1 || stride > time) {
            throw new IllegalArgumentException(
                    "the stride is %d; it must be 1 to the model's context, %d".formatted(stride, time));
        }
    }

    /** How many windows of a model are computed at once. */
    public static int batch(GptConfig config) {
        long byLogits = LOGITS_AT_ONCE / ((long) config.context() * config.vocabSize());
        return (int) Math.max(1, Math.min(TOKENS_AT_ONCE / config.context(), byLogits));
    }

    /**
     * Measures the model.
     *
     * @param size of the text
     * @param progress told how many tokens are done
     */
    public TextLoss score(TokenStore text, TextUnits.Size size, ReadingProgress progress) {
        long predicted = text.size() - 1;
        long windows = predicted <= time ? 1 : 1 + Math.ceilDiv(predicted - time, (long) stride);
        int batch = (int) Math.min(batch(model.config()), windows);
        int[] tokens = new int[batch * time];
        int[] targets = new int[tokens.length];
        Predictions predictions = new Predictions(model, hardware, batch, time);
        Sums sums = new Sums(size);
        for (long first = 0; first < windows; first += batch) {
            for (int i = 0; i < batch; i++) {
                read(text, (first + i) * stride, tokens, targets, i * time);
            }
            predictions.run(tokens, targets);
            for (int i = 0; i < batch && first + i < windows; i++) {
                sums.add(text, first + i, predictions, targets, i * time);
            }
            progress.read(Math.min(predicted, (first + batch) * stride), predicted);
        }
        return sums.result();
    }

    /** A window, filled up behind the text with what is not asked for. */
    private void read(TokenStore text, long start, int[] tokens, int[] targets, int at) {
        int count = Math.clamp(text.size() - 1 - start, 0, time);
        Arrays.fill(tokens, at, at + time, 0);
        Arrays.fill(targets, at, at + time, Kernels.NOT_PREDICTED);
        if (count > 0) {
            text.read(start, count, tokens, at);
            text.read(start + 1, count, targets, at);
        }
        for (int i = at; i < at + count; i++) {
            if (!units.isText(targets[i])) {
                targets[i] = Kernels.NOT_PREDICTED;
            }
        }
    }

    /** Sums in the order of the text. */
    private final class Sums {
        private final TextUnits.Size size;
        private final Segments segments;
        private final double[] nats;
        private final long[] bytes;
        private final double[] natsAt = new double[time];
        private final long[] countAt = new long[time];
        private final Calibration.Counter calibration = new Calibration.Counter();
        private double all;
        private long first;
        private long amongFive;
        private long document;
        private long offset;

        Sums(TextUnits.Size size) {
            this.size = size;
            segments = Segments.of(size);
            nats = new double[segments.count()];
            bytes = new long[segments.count()];
        }

        void add(TokenStore text, long window, Predictions predictions, int[] targets, int at) {
            int scored = window == 0 ? 0 : time - stride;
            for (int position = 0; position < time; position++) {
                int row = at + position;
                long place = window * stride + position + 1;
                if (targets[row] != Kernels.NOT_PREDICTED) {
                    natsAt[position] += predictions.loss(row);
                    countAt[position]++;
                }
                if (position < scored || place >= text.size()) {
                    continue;
                }
                if (targets[row] != Kernels.NOT_PREDICTED) {
                    add(targets[row], predictions, row);
                } else if (units.beginsDocument(text.get(place))) {
                    document++;
                }
            }
        }

        private void add(int token, Predictions predictions, int row) {
            double loss = predictions.loss(row);
            int rank = predictions.rank(row);
            all += loss;
            first += rank == 0 ? 1 : 0;
            amongFive += rank < 5 ? 1 : 0;
            calibration.add(predictions.confidence(row), rank == 0);
            int segment = segments.at(document, offset);
            nats[segment] += loss;
            bytes[segment] += units.bytes(token);
            offset += units.bytes(token);
        }

        TextLoss result() {
            double[] byPosition = new double[time];
            Arrays.setAll(byPosition, position -> natsAt[position] / countAt[position]);
            return new TextLoss(
                    size,
                    all,
                    (double) first / size.tokens(),
                    (double) amongFive / size.tokens(),
                    calibration.calibration(),
                    byPosition,
                    segments,
                    nats,
                    bytes);
        }
    }
}
