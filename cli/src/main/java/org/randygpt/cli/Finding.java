package org.randygpt.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code doctor} has found about one thing.
 *
 * @param subject the thing
 * @param verdict whether something is to be done
 * @param text what was found
 * @param remedy what to do; empty where nothing is
 * @param figures the numbers in the text, by names for machines
 */
record Finding(String subject, Verdict verdict, String text, String remedy, Map<String, Number> figures) {

    /** Whether something is to be done. */
    enum Verdict {
        /** Nothing. */
        OK,
        /** Not there, and only needed for something that one may not want. */
        OPTIONAL,
        /** The system does not tell. */
        UNKNOWN,
        /** Works, but slower or less well than it could. */
        WARNING,
        /** Does not work. */
        MISSING
    }

    static Finding ok(String subject, String text) {
        return new Finding(subject, Verdict.OK, text, "", Map.of());
    }

    static Finding unknown(String subject) {
        return new Finding(subject, Verdict.UNKNOWN, "unknown", "", Map.of());
    }

    static Finding of(Verdict verdict, String subject, String text, String remedy) {
        return new Finding(subject, verdict, text, remedy, Map.of());
    }

    /** The same, less well if something is to be done. */
    Finding warnIf(boolean wrong, String whatToDo) {
        return wrong && verdict == Verdict.OK ? new Finding(subject, Verdict.WARNING, text, whatToDo, figures) : this;
    }

    /** The same with a number. */
    Finding with(String name, Number figure) {
        Map<String, Number> more = new LinkedHashMap<>(figures);
        more.put(name, figure);
        return new Finding(subject, verdict, text, remedy, more);
    }

    /** For machines. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("subject", subject);
        object.put("verdict", Choices.name(verdict));
        object.put("text", text);
        object.put("remedy", remedy.isEmpty() ? null : remedy);
        object.putAll(figures);
        return object;
    }
}
