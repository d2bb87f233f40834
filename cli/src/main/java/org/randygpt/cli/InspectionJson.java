package org.randygpt.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.randygpt.cli.TextInspection.OfTokens;
import org.randygpt.core.data.TextCounts;
import org.randygpt.core.data.TextStatistics;
import org.randygpt.core.data.TextStatistics.Kind;
import org.randygpt.core.data.TokenIds;
import org.randygpt.train.Floors;

/** What {@code data inspect} has found out, for programs. */
final class InspectionJson {
    private InspectionJson() {}

    /** The object of an inspection. */
    static SequencedMap<String, Object> of(TextInspection inspection) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("name", inspection.name());
        json.put("files", inspection.files());
        json.put("stored_bytes", inspection.storedBytes());
        TextStatistics statistics = inspection.statistics();
        if (statistics != null) {
            content(statistics, json);
        }
        OfTokens tokens = inspection.tokens();
        if (tokens != null) {
            SequencedMap<String, Object> object = new LinkedHashMap<>();
            object.put("tokenizer", tokens.tokenizer());
            object.put("count", tokens.count());
            object.put("bytes_per_token", tokens.bytesEach());
            object.put("vocab_size", tokens.vocabSize());
            json.put("tokens", object);
            Floors floors = tokens.floors();
            json.put("floors", floors == null ? null : Yardsticks.tables(floors));
        }
        TokenIds ids = inspection.ids();
        if (ids != null) {
            SequencedMap<String, Object> object = new LinkedHashMap<>();
            object.put("count", ids.count());
            object.put("different", ids.different());
            object.put("highest", ids.highest());
            json.put("tokens", object);
        }
        return json;
    }

    private static void content(TextStatistics statistics, SequencedMap<String, Object> json) {
        Map<Integer, Long> characters = statistics.characters().byCodePoint();
        json.put("bytes", statistics.bytes());
        json.put(
                "characters",
                characters.values().stream().mapToLong(Long::longValue).sum());
        json.put("different_characters", characters.size());
        json.put("documents", kind(statistics.documents()));
        json.put("lines", kind(statistics.lines()));
        TextCounts counts = statistics.counts();
        SequencedMap<String, Object> noticed = new LinkedHashMap<>();
        noticed.put("nul", counts.nul());
        noticed.put("control", counts.control());
        noticed.put("replaced", counts.replaced());
        noticed.put("byte_order_marks", counts.byteOrderMarks());
        noticed.put("markers", counts.markers());
        json.put("noticed", noticed);
    }

    private static SequencedMap<String, Object> kind(Kind kind) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("count", kind.count());
        json.put("copies", kind.copies());
        json.put("longest_bytes", kind.longest());
        List<Map<String, Object>> lengths = new ArrayList<>();
        long[] counts = kind.lengths();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                SequencedMap<String, Object> length = new LinkedHashMap<>();
                length.put("from_bytes", 1L << i);
                length.put("to_bytes", (1L << i + 1) - 1);
                length.put("count", counts[i]);
                lengths.add(length);
            }
        }
        json.put("lengths", lengths);
        return json;
    }
}
