package org.randygpt.bench.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One figure of the report.
 *
 * @param name what was measured
 * @param value in units of {@code unit}
 * @param ratios the figure against others of the same run
 * @param bar what is asked of it, as in "at most 3 s"; empty where nothing is
 */
record Row(String name, double value, String unit, List<Ratio> ratios, String bar) {

    /** A figure of which nothing is asked. */
    static Row of(String name, double value, String unit, Ratio... ratios) {
        return new Row(name, value, unit, Arrays.asList(ratios), "");
    }

    /** The same figure, with what is asked of it. */
    Row asked(String wanted) {
        return new Row(name, value, unit, ratios, wanted);
    }

    /** Value and unit for people, with three significant digits. */
    String figure() {
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return ("%,." + decimals + "f %s").formatted(value, unit).strip();
    }

    /** All ratios for people. */
    String ratio() {
        return String.join(", ", ratios.stream().map(Ratio::toString).toList());
    }

    /** The row as an object of JSON. */
    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", name);
        object.put("value", value);
        object.put("unit", unit);
        object.put(
                "ratios",
                ratios.stream()
                        .map(ratio -> Map.of("value", ratio.value(), "of", ratio.of()))
                        .toList());
        if (!bar.isEmpty()) {
            object.put("bar", bar);
        }
        return object;
    }
}
