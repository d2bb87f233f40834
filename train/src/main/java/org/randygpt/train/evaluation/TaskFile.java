package org.randygpt.train.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * Reads tasks, an object a line: multiple choice in HellaSwag's form, with {@code ctx}, {@code endings} and
 * {@code label}, or passages whose last word is asked for in LAMBADA's, with {@code text}; other keys are passed over.
 *
 * <p>Lines with an {@code activity_label} are HellaSwag's own, which are put together and cleaned as EleutherAI's
 * harness does: the activity and a colon first, and no marks in square brackets.
 */
public final class TaskFile {
    private static final String ENDINGS = "endings";
    private static final String TEXT = "text";
    private static final String ACTIVITY = "activity_label";

    private TaskFile() {}

    /**
     * The questions of a file, all of one form.
     *
     * @param name of the file, for messages
     * @throws IOException naming file and line of what is no question
     */
    public static List<TaskItem> read(String name, String lines) throws IOException {
        List<TaskItem> items = new ArrayList<>();
        int number = 0;
        for (String line : lines.split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            TaskItem item = item("%s, line %d".formatted(name, number), line);
            if (!items.isEmpty() && !items.getFirst().getClass().equals(item.getClass())) {
                throw new IOException("%s is %s, and %s is %s; a file must be of one form"
                        .formatted(item.place(), form(item), items.getFirst().place(), form(items.getFirst())));
            }
            items.add(item);
        }
        if (items.isEmpty()) {
            throw new IOException("%s has no questions; each line must be one".formatted(name));
        }
        return items;
    }

    private static String form(TaskItem item) {
        return item instanceof TaskItem.Choice ? "multiple choice" : "a last word";
    }

    private static TaskItem item(String place, String line) throws IOException {
        JsonObject json = JsonObject.parse(place, line.getBytes(StandardCharsets.UTF_8), 0);
        if (json.has(ENDINGS)) {
            return choice(place, json);
        }
        if (json.has(TEXT)) {
            return lastWord(place, json);
        }
        throw new IOException("%s: there is neither %s, for multiple choice, nor %s, for a last word; there is %s"
                .formatted(place, ENDINGS, TEXT, json.keys().isEmpty() ? "nothing" : String.join(", ", json.keys())));
    }

    private static TaskItem choice(String place, JsonObject json) throws IOException {
        boolean isTheirs = json.has(ACTIVITY);
        String context = isTheirs ? theirContext(json) : json.text("ctx");
        List<String> endings = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (String given : json.texts(ENDINGS)) {
            String ending = isTheirs ? cleaned(given) : given;
            if (ending.isBlank()) {
                throw json.wrong(ENDINGS, "a list of texts, none of them empty");
            }
            endings.add(separator(context, ending) + ending);
            lengths.add(ending.getBytes(StandardCharsets.UTF_8).length);
        }
        if (endings.size() < 2) {
            throw json.wrong(ENDINGS, "a list of at least 2 texts");
        }
        int label = label(json);
        if (label < 0 || label >= endings.size()) {
            throw json.wrong("label", "the number of an ending, 0 to %d".formatted(endings.size() - 1));
        }
        return new TaskItem.Choice(place, context, endings, lengths, label);
    }

    /** Some files have it as text. */
    private static int label(JsonObject json) throws IOException {
        if (!json.isText("label")) {
            return json.integer("label");
        }
        try {
            return Integer.parseInt(json.text("label"));
        } catch (NumberFormatException words) {
            throw json.wrong("label", "a whole number");
        }
    }

    private static String theirContext(JsonObject json) throws IOException {
        String context = json.has("ctx_a") && json.has("ctx_b")
                ? json.text("ctx_a") + " " + capitalized(json.text("ctx_b"))
                : json.text("ctx");
        return cleaned(json.text(ACTIVITY) + ": " + context);
    }

    /** As Python's {@code capitalize}. */
    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String cleaned(String text) {
        return text.strip()
                .replace(" [title]", ". ")
                .replaceAll("\\[.*?\\]", "")
                .replace("  ", " ");
    }

    private static String separator(String context, String ending) {
        boolean separate = context.isEmpty()
                || Character.isWhitespace(context.charAt(context.length() - 1))
                || Character.isWhitespace(ending.charAt(0));
        return separate ? "" : " ";
    }

    private static TaskItem lastWord(String place, JsonObject json) throws IOException {
        String text = json.text(TEXT).strip();
        int end = text.length();
        while (end > 0 && !Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (end == 0) {
            throw json.wrong(TEXT, "at least two words");
        }
        return new TaskItem.LastWord(place, text.substring(0, end - 1), text.substring(end - 1));
    }
}
