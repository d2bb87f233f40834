package org.randygpt.train.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;

/**
 * metrics.jsonl: an object a line. The first is a {@link RunHeader}. The others have the step and, of a step,
 * {@code loss}; of a validation, {@code validation_loss}; where the number of steps was planned anew,
 * {@code planned_steps}; where the run has gone back, {@code rollback}, how often by then. Steps never fall.
 */
final class JsonLines implements RecordFormat {
    static final String NAME = "metrics.jsonl";
    private static final byte[] NOTHING = {};

    private final RunHeader header;
    private long step;
    private int rollbacks;
    private long planned;

    /**
     * Lines of a run.
     *
     * @param progress where it stands
     */
    JsonLines(RunHeader header, Progress progress) {
        this.header = header;
        step = progress.step();
        rollbacks = progress.rollbacks();
        planned = header.steps();
    }

    @Override
    public long kept(Path file, Progress progress) throws IOException {
        return Lines.read(file, line -> isKept(line, progress));
    }

    /** A line that was half written before something else followed ends what stays, too. */
    private boolean isKept(byte[] line, Progress progress) {
        try {
            JsonObject object = JsonObject.parse(NAME, line, 0);
            if (RunHeader.isIn(object)) {
                planned = RunHeader.read(object).steps();
                return true;
            }
            boolean kept = object.longInteger("step") <= progress.step()
                    && (!object.has("rollback") || object.integer("rollback") <= progress.rollbacks());
            if (kept && object.has("planned_steps")) {
                planned = object.longInteger("planned_steps");
            }
            return kept;
        } catch (IOException torn) {
            return false;
        }
    }

    @Override
    public byte[] beginning(RunHeader first) {
        return Lines.bytes(JsonObject.line(first.json()));
    }

    @Override
    public byte[] record(Metric metric) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        switch (metric) {
            case Metric.Step done -> {
                step = done.step();
                json.put("step", step);
                json.put("loss", done.loss());
                json.put("gradient_norm", done.gradientNorm());
                json.put("learning_rate", done.learningRate());
                json.put("milliseconds", Figures.milliseconds(done.nanos()));
                json.put("tokens_per_second", Figures.rounded(header.tokensPerSecond(done.nanos())));
            }
            case Metric.Evaluation validation -> {
                json.put("step", validation.step());
                json.put("validation_loss", validation.loss());
                json.put("best", validation.best());
                json.put("bits_per_byte", (float) header.bitsPerByte(validation.loss()));
                json.put("milliseconds", Figures.milliseconds(validation.nanos()));
            }
            case Metric.Planned(long steps) -> {
                if (steps == planned) {
                    return NOTHING;
                }
                planned = steps;
                json.put("step", step);
                json.put("planned_steps", steps);
            }
            case Metric.RolledBack back -> {
                step = back.step();
                rollbacks++;
                json.put("step", step);
                json.put("rollback", rollbacks);
                json.put("from_step", back.problem().step());
                json.put("rate_scale", back.rateScale());
                json.put("problem", back.problem().getMessage());
            }
            case Metric.Saved _, Metric.NotSaved _ -> {
                return NOTHING;
            }
        }
        return Lines.bytes(JsonObject.line(json));
    }
}
