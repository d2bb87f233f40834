package org.randygpt.bench.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.randygpt.core.model.Preset;

/**
 * How fast training of each preset is: measured, or predicted by its arithmetic from those that were.
 *
 * @param peak of multiply-adds, floating-point operations a second
 * @param seconds of a step, of the presets that were measured; at least one
 */
record PresetSpeeds(double peak, Map<Preset, Double> seconds) {
    private static final int CHARACTERS = 67;
    private static final int GPT2_TOKENS = 50257;

    /** As it is trained here: GPT-2's by its own vocabulary, the others by characters. */
    static ModelShape shape(Preset preset) {
        return switch (preset) {
            case GPT2, GPT2_MEDIUM, GPT2_LARGE, GPT2_XL -> ModelShape.of(preset, GPT2_TOKENS);
            default -> ModelShape.of(preset, CHARACTERS);
        };
    }

    /**
     * Measures those whose step is predicted to take less than a limit and fits the heap.
     *
     * @param peak of multiply-adds, floating-point operations a second
     * @param share of the peak, by which to predict before anything is measured
     */
    static PresetSpeeds measure(Setting setting, double peak, double share, Duration limit, Duration time) {
        PresetSpeeds speeds = new PresetSpeeds(peak, new EnumMap<>(Preset.class));
        for (Preset preset : Preset.values()) {
            Setting.release(setting.all());
            ModelShape shape = shape(preset);
            double predicted = shape.flopsOfStep() / (share * speeds.peak);
            if (predicted < limit.toMillis() / 1e3 && shape.plannedBytes() < Heap.bytesLeft()) {
                TimedStep step = new TimedStep(shape, setting.all());
                speeds.seconds.put(preset, Rounds.within(time, step).seconds(0));
            }
        }
        return speeds;
    }

    /** The share of the peak that the measured ones reach, the median of them. */
    double share() {
        return Rounds.median(seconds.keySet().stream().mapToDouble(this::share).toArray());
    }

    /** Seconds that a step takes or, if it was not measured, would take. */
    double secondsOfStep(Preset preset) {
        Double measured = seconds.get(preset);
        return measured == null ? shape(preset).flopsOfStep() / (share() * peak) : measured;
    }

    /** Tokens a second of each. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            boolean measured = seconds.containsKey(preset);
            rows.add(Row.of(
                    "training %s, %s".formatted(preset.label(), measured ? "measured" : "predicted"),
                    shape(preset).tokensOfStep() / secondsOfStep(preset),
                    "tokens/s",
                    new Ratio(measured ? share(preset) : share(), "peak")));
        }
        return rows;
    }

    /** What each is. */
    List<Row> details() {
        List<Row> rows = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            ModelShape shape = shape(preset);
            String name = preset.label();
            rows.add(Row.of("parameters, " + name, shape.trainingGraph().parameterCount() / 1e6, "million"));
            rows.add(Row.of("arithmetic of a step, " + name, shape.flopsOfStep() / 1e9, "GFLOP"));
            rows.add(Row.of("planned memory, " + name, shape.plannedBytes() / 1e6, "MB"));
        }
        return rows;
    }

    private double share(Preset preset) {
        return shape(preset).flopsOfStep() / secondsOfStep(preset) / peak;
    }
}
