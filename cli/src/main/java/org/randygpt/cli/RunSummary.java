package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.Gpt;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress.Best;
import org.randygpt.train.RunFolder;
import org.randygpt.train.RunOverview;
import org.randygpt.train.records.RunCurves;

/**
 * A run as lists show it.
 *
 * @param name short
 * @param saved empty when it has not saved anything yet
 * @param curves empty when it has not written anything down
 * @param running whether it is going on now
 */
record RunSummary(String name, Path folder, Optional<RunOverview> saved, Optional<RunCurves> curves, boolean running) {
    static final List<String> TITLES =
            List.of("run", "last saved", "parameters", "steps", "of", "best validation", "bits/byte", "state");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    /** Looks at a folder; empty when there is no run in it. */
    static Optional<RunSummary> of(RunPlace place) throws IOException {
        Optional<RunOverview> saved = RunFolder.holdsRun(place.folder()) ? saved(place.folder()) : Optional.empty();
        Optional<RunCurves> curves = curves(place.folder());
        return saved.isEmpty() && curves.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new RunSummary(place.name(), place.folder(), saved, curves, RunFolder.isInUse(place.folder())));
    }

    private static Optional<RunOverview> saved(Path folder) throws IOException {
        try {
            return Optional.of(RunOverview.read(folder));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static Optional<RunCurves> curves(Path folder) throws IOException {
        try {
            return Optional.of(RunCurves.read(folder));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** As {@link #of}, of a run that a user has named. */
    static RunSummary require(RunPlace place) {
        try {
            return of(place).orElseThrow(() -> new BadInputException("%s holds no run".formatted(place.folder())));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    /** When it was saved last. */
    Optional<Instant> lastSaved() {
        return saved.map(run -> run.lastSaved().toInstant());
    }

    /** Weights of the model; 0 if nobody knows. */
    long parameters() {
        return saved.map(run -> (long) Gpt.training(run.model(), 1, 1).parameterCount())
                .or(() -> curves.map(run -> run.header().parameters()))
                .orElse(0L);
    }

    long steps() {
        long written = curves.filter(run -> !run.steps().isEmpty())
                .map(run -> run.steps().getLast().step())
                .orElse(0L);
        // What a killed run has written down after its last save is lost.
        return running ? written : saved.map(run -> run.state().step()).orElse(written);
    }

    long ofSteps() {
        Optional<Long> planned = curves.map(RunCurves::plannedSteps);
        Optional<Long> stored = saved.map(run -> run.state().config().iterations());
        return (running ? planned.or(() -> stored) : stored.or(() -> planned)).orElse(0L);
    }

    /** Empty before the first validation. */
    Optional<Best> best() {
        Optional<Best> stored = saved.map(run -> run.state().progress().best());
        Optional<Best> written = curves.flatMap(run -> run.validations().stream()
                .filter(Metric.Evaluation::best)
                .reduce((first, second) -> second)
                .map(last -> new Best(last.loss(), last.step())));
        return (running ? written.or(() -> stored) : stored.or(() -> written))
                .filter(best -> Float.isFinite(best.loss()));
    }

    Optional<Double> bitsPerByte() {
        return best().flatMap(best -> curves.map(run -> run.header().bitsPerByte(best.loss())));
    }

    /** running, finished or stopped. */
    String state() {
        return running
                ? "running"
                : saved.filter(run -> run.state().isFinished()).isPresent() ? "finished" : "stopped";
    }

    /** The cells under {@link #TITLES}. */
    List<String> cells() {
        return List.of(
                name,
                lastSaved()
                        .map(time -> TIME.format(time.atZone(ZoneId.systemDefault())))
                        .orElse("never"),
                "%,d".formatted(parameters()),
                "%,d".formatted(steps()),
                "%,d".formatted(ofSteps()),
                best().map(best -> "%.4f".formatted(best.loss())).orElse(""),
                bitsPerByte().map("%.4f"::formatted).orElse(""),
                state());
    }

    /** The options of {@code train} that would give such a run, by their names. */
    SequencedMap<String, String> settings() {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        if (saved.isEmpty()) {
            curves.ifPresent(run -> settings.put("--data", run.header().data()));
            return settings;
        }
        SettingsFile.values(saved.get().state(), saved.get().model())
                .forEach((option, value) -> settings.put(option, shown(value)));
        settings.putAll(SettingsFile.beside(folder));
        return settings;
    }

    private static String shown(Object value) {
        return switch (value) {
            case Float number -> Formats.number(number);
            case List<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(" "));
            default -> Choices.shown(value);
        };
    }

    /** For machines; what is not known is null. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("folder", folder.toString());
        json.put(
                "last_saved",
                lastSaved()
                        .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(null));
        json.put("parameters", parameters());
        json.put("steps", steps());
        json.put("of_steps", ofSteps());
        json.put("best_validation", best().map(Best::loss).orElse(null));
        json.put("best_step", best().map(Best::step).orElse(null));
        json.put("bits_per_byte", bitsPerByte().orElse(null));
        json.put("state", state());
        return json;
    }
}
