package org.randygpt.train.records;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * What there is to know of a run before its first step.
 *
 * @param begun when
 * @param data what it trains on, as in its state
 * @param parameters numbers that it trains
 * @param tokensPerStep B·T
 * @param bytesPerToken bytes of the held-out text in UTF-8 for each of its tokens
 * @param steps that the whole run was to have at its beginning
 * @param floors losses of tables on the held-out text by the tables' names, in nats per token
 */
public record RunHeader(
        Instant begun,
        String data,
        long parameters,
        long tokensPerStep,
        double bytesPerToken,
        long steps,
        SequencedMap<String, Double> floors) {
    private static final String BEGUN = "begun";

    /** Whether an object is what {@link #json} wrote. */
    static boolean isIn(JsonObject object) {
        return object.has(BEGUN);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(BEGUN, begun.toString());
        json.put("data", data);
        json.put("parameters", parameters);
        json.put("tokens_per_step", tokensPerStep);
        json.put("bytes_per_token", bytesPerToken);
        json.put("steps", steps);
        json.put("floors", floors);
        return json;
    }

    static RunHeader read(JsonObject json) throws IOException {
        SequencedMap<String, Double> floors = new LinkedHashMap<>();
        JsonObject stored = json.object("floors");
        for (String table : stored.keys()) {
            floors.put(table, stored.number(table));
        }
        try {
            return new RunHeader(
                    Instant.parse(json.text(BEGUN)),
                    json.text("data"),
                    json.longInteger("parameters"),
                    json.longInteger("tokens_per_step"),
                    json.number("bytes_per_token"),
                    json.longInteger("steps"),
                    floors);
        } catch (DateTimeException noTime) {
            throw json.wrong(BEGUN, "a time such as 2026-01-31T12:00:00Z");
        }
    }

    /** Tokens of training in a second. */
    public double tokensPerSecond(long nanosOfStep) {
        return tokensPerStep * 1e9 / Math.max(1, nanosOfStep);
    }

    /** A loss in bits per byte of UTF-8. */
    public double bitsPerByte(double natsPerToken) {
        return natsPerToken / Math.log(2) / bytesPerToken;
    }
}
