package org.randygpt.bench.regression;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * The ratios that were measured before, by kind of machine: a processor that does twice the arithmetic of another
 * reaches a smaller share of it.
 *
 * @param entries one for each kind
 */
record Baseline(List<Entry> entries) {

    /** A kind of machine: what its processor calls itself, and how many of them there are. */
    record Kind(String processor, int processors) {}

    /**
     * The ratios of a kind.
     *
     * @param figures each by name
     */
    record Entry(Kind kind, Map<String, Double> figures) {}

    /** What a file holds; nothing if there is none. */
    static Baseline read(Path file) throws IOException {
        if (Files.notExists(file)) {
            return new Baseline(List.of());
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonObject entry : JsonObject.read(file).objects("machines")) {
            JsonObject figures = entry.object("figures");
            Map<String, Double> ratios = new LinkedHashMap<>();
            for (String name : figures.keys()) {
                ratios.put(name, figures.number(name));
            }
            entries.add(new Entry(new Kind(entry.text("processor"), entry.integer("processors")), ratios));
        }
        return new Baseline(entries);
    }

    /** The ratios of a kind of machine. */
    Optional<Map<String, Double>> of(Kind kind) {
        return entries.stream()
                .filter(entry -> entry.kind().equals(kind))
                .map(Entry::figures)
                .findFirst();
    }

    /** The same baseline with those of one kind replaced. */
    Baseline with(Kind kind, Map<String, Double> figures) {
        List<Entry> others = new ArrayList<>(
                entries.stream().filter(entry -> !entry.kind().equals(kind)).toList());
        others.add(new Entry(kind, figures));
        return new Baseline(others);
    }

    /** Writes it, with three digits after the point. */
    void write(Path file) throws IOException {
        JsonObject.write(
                file, Map.of("machines", entries.stream().map(Baseline::json).toList()));
    }

    private static Map<String, Object> json(Entry entry) {
        Map<String, Object> figures = new LinkedHashMap<>();
        entry.figures().forEach((name, ratio) -> figures.put(name, Math.round(1000 * ratio) / 1000.0));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("processor", entry.kind().processor());
        object.put("processors", entry.kind().processors());
        object.put("figures", figures);
        return object;
    }
}
