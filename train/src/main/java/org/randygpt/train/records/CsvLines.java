package org.randygpt.train.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;

/** metrics.csv: a row for each step and for each validation, which has empty cells for what it does not have. */
final class CsvLines implements RecordFormat {
    static final String NAME = "metrics.csv";
    private static final String TITLES =
            "step,loss,gradient_norm,learning_rate,milliseconds,tokens_per_second,validation_loss,bits_per_byte";
    private static final byte[] NOTHING = {};

    private final RunHeader header;

    CsvLines(RunHeader header) {
        this.header = header;
    }

    @Override
    public long kept(Path file, Progress progress) throws IOException {
        return Lines.read(file, line -> isKept(new String(line, StandardCharsets.UTF_8), progress));
    }

    private static boolean isKept(String line, Progress progress) {
        if (line.equals(TITLES)) {
            return true;
        }
        String step = line.substring(0, Math.max(0, line.indexOf(',')));
        return step.matches("\\d{1,18}") && Long.parseLong(step) <= progress.step();
    }

    @Override
    public byte[] beginning(RunHeader first) {
        return Lines.bytes(TITLES);
    }

    @Override
    public byte[] record(Metric metric) {
        return switch (metric) {
            case Metric.Step step ->
                Lines.bytes("%d,%s,%s,%s,%s,%s,,"
                        .formatted(
                                step.step(),
                                step.loss(),
                                step.gradientNorm(),
                                step.learningRate(),
                                Figures.milliseconds(step.nanos()),
                                Figures.rounded(header.tokensPerSecond(step.nanos()))));
            case Metric.Evaluation validation ->
                Lines.bytes("%d,,,,%s,,%s,%s"
                        .formatted(
                                validation.step(), Figures.milliseconds(validation.nanos()), validation.loss(), (float)
                                        header.bitsPerByte(validation.loss())));
            case Metric.Planned _, Metric.RolledBack _, Metric.Saved _, Metric.NotSaved _ -> NOTHING;
        };
    }
}
